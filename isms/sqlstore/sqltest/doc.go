// Package sqltest proves isms/sqlstore on real databases. It is a module of its
// own, so that no SQL driver reaches those who embed the library.
//
// The tests on PostgreSQL read the name of a data source from ISMSKIT_POSTGRES:
// of a role that is no superuser but owns the database, in a cluster with a
// locale other than C. Run
//
//	eval "$(.ci/postgres start)"
//
// in the root of the repository to have one for the occasion.
package sqltest
