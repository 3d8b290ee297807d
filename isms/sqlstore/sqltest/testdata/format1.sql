CREATE TABLE IF NOT EXISTS ismskit_schema (
	one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
	version BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS ismskit_head (
	tenant TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL, -- of the newest record
	at BIGINT NOT NULL,
	PRIMARY KEY (tenant)
);
CREATE TABLE IF NOT EXISTS ismskit_record (
	tenant TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	rev BIGINT NOT NULL,
	tx BIGINT NOT NULL,
	at BIGINT NOT NULL,
	schema BIGINT NOT NULL,
	deleted BIGINT NOT NULL,
	made_by BYTEA NOT NULL,
	note BYTEA NOT NULL,
	terms BYTEA NOT NULL,
	data BYTEA NOT NULL,
	salt BYTEA NOT NULL,
	digest BYTEA NOT NULL,
	PRIMARY KEY (tenant, seq)
);
CREATE TABLE IF NOT EXISTS ismskit_entity (
	tenant TEXT COLLATE "C" NOT NULL,
	kind TEXT COLLATE "C" NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	until BIGINT NOT NULL, -- the seq of the next revision, 2^63-1 while there is none
	seq BIGINT NOT NULL,
	rev BIGINT NOT NULL,
	schema BIGINT NOT NULL,
	deleted BIGINT NOT NULL,
	PRIMARY KEY (tenant, kind, id, until)
);
CREATE INDEX IF NOT EXISTS ismskit_entity_schema ON ismskit_entity ((tenant || ''), kind, schema, until);
CREATE TABLE IF NOT EXISTS ismskit_term (
	tenant TEXT COLLATE "C" NOT NULL,
	term BYTEA NOT NULL, -- a hash of key and value
	kind TEXT COLLATE "C" NOT NULL,
	id TEXT COLLATE "C" NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (tenant, term, kind, id, seq)
);
INSERT INTO ismskit_schema (one, version) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET version = 1 WHERE ismskit_schema.version < 1;
INSERT INTO ismskit_head (tenant, seq, at) VALUES ('acme', 7, 1774746002123456);
INSERT INTO ismskit_head (tenant, seq, at) VALUES ('b', 6, 5);
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 1, 'role', 'cio', 1, 3, 1774745999123456, 1, 0, '\x706572736f6e3a6a616e', '\x6669727374', '\x', '\x7b2274616773223a5b22c3a974c3a9222c22615c753030303162225d2c227469746c65223a7b22656e223a22436869656620696e666f726d6174696f6e206f666669636572222c226e6c223a22486f6f666420696e666f726d6174696520c3bc227d7d', '\x8afd7702abc9bb122a4ad0d1c6a3e400', '\xe49af111a1d885b71f08d5abae29c445b1804cea6887f7034372c5264e3af3ad');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 2, 'asset', 'crm', 1, 3, 1774745999123456, 1, 0, '\x706572736f6e3a6a616e', '\x6669727374', '\x', '\x7b226c6162656c223a22412d303031222c227469746c65223a22436c69656e7473222c2274797065223a22736f667477617265227d', '\xcbc21e2acf84ed7614c1d21606eebfb2', '\x4bc59288804d5db12396e7fcc7d9b9bd9c6edb57076cad083c029b3fba820bfc');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 3, 'role', 'old', 1, 3, 1774745999123456, 1, 0, '\x', '\x', '\x', '\x', '\x', '\x0de66a29dc7b75b4b5a70cbdd4771f2240412996a4eaca6443b10486c6ea1192');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 4, 'asset', 'crm', 2, 4, 1774746000123456, 1, 0, '\x706572736f6e3a6a616e', '\x7365636f6e642074686f7567687473', '\x', '\x7b226c6162656c223a22412d303031222c227469746c65223a22436c69656e747320616e642070726f737065637473222c2274797065223a22736f667477617265227d', '\x96c3d1bd0e1fb4a8ff310d6b0d19b5a0', '\x97aef788b3bba4d6c63b0a786736cada0b6c7063b247beb3f0d83d88a23db3d2');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 5, 'role', 'old', 2, 5, 1774746001123456, 1, 1, '\x', '\x', '\x', '\x', '\x', '\xccd6b28ee6ab2a0ee87544ff4bc9e485e4d5a41e8cb878fa584b7ff271c44880');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 6, 'asset', 'crm', 3, 7, 1774746002123456, 1, 0, '\x706572736f6e3a6a616e', '\x616e6420616761696e', '\x', '\x7b226c6162656c223a22412d303031222c2274616773223a5b2261225d2c227469746c65223a22436c69656e747320616e642070726f737065637473222c2274797065223a22736f667477617265227d', '\x0ee2dc87df431207ff8aab5d43dbb248', '\xe6d7f853efe5a524f0559ea5c071c8292151d845063db46c57315fe591c7a09a');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('acme', 7, 'role', 'cio', 2, 7, 1774746002123456, 1, 0, '\x706572736f6e3a6a616e', '\x616e6420616761696e', '\x', '\x7b2274616773223a5b22c3a974c3a9222c22615c753030303162225d2c227469746c65223a2243494f227d', '\x17d72a6d9063d0100d65b462d1022664', '\x5ddde4f373eb5a9c975384e03e8bf3cb6b9018f0cb7f6120fc409bb8b065a9c8');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 1, 'a', 'x', 1, 2, 1, 1, 0, '\x610062', '\xc3a974c3a93b2027225c', '\x06636f6c6f757205626c00756506636f6c6f757203726564', '\x00ff275c3b0a', '\x0102', '\x311f7d0c4525a20c6a9eecff82453993c8e7863de04d6dd26ce075d42ad57764');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 2, 'a', 'x-y', 1, 2, 1, 1, 0, '\x610062', '\xc3a974c3a93b2027225c', '\x06636f6c6f757203726564', '\x6c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e6720', '\x', '\xc698ede960fe120df6733c288184abd8fe19f3fd296b41908ff286f81197e056');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 3, 'a', 'x', 2, 3, 2, 2, 0, '\x', '\x', '\x06636f6c6f757205626c007565', '\x32', '\x', '\x1872e381d91d00cbd09b63d914fe30785b73199e5f5825dd93f26294059378c4');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 4, 'a-b', 'x', 1, 4, 3, 1073741824, 0, '\x', '\x', '\x000006636f6c6f757203726564', '\x33', '\x', '\x276cf3e59b06f5af1702d5e36094e795a9c4a3227976c475003a564698d3fb3d');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 5, 'a', 'x', 3, 5, 4, 2, 1, '\x', '\x', '\x', '\x', '\x', '\x2c34ce1df23b838c5abf2a7f6437cca3d3067ed509ff25f11df6b11b582b51eb');
INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ('b', 6, 'a', 'x', 4, 6, 5, 2, 0, '\x', '\x', '\x06636f6c6f757203726564', '\x6261636b', '\x', '\x0dec35f236cf527e716c0d093d5996bc2b914740b9214759997775e6722fc747');
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'asset', 'crm', 4, 2, 1, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'asset', 'crm', 6, 4, 2, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'asset', 'crm', 9223372036854775807, 6, 3, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'role', 'cio', 7, 1, 1, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'role', 'cio', 9223372036854775807, 7, 2, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'role', 'old', 5, 3, 1, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('acme', 'role', 'old', 9223372036854775807, 5, 2, 1, 1);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a', 'x', 3, 1, 1, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a', 'x', 5, 3, 2, 2, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a', 'x', 6, 5, 3, 2, 1);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a', 'x', 9223372036854775807, 6, 4, 2, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a', 'x-y', 9223372036854775807, 2, 1, 1, 0);
INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ('b', 'a-b', 'x', 9223372036854775807, 4, 1, 1073741824, 0);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x79ec376068c1bfe40c73dc6cd171da95', 'a', 'x', 6);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x79ec376068c1bfe40c73dc6cd171da95', 'a', 'x', 1);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x79ec376068c1bfe40c73dc6cd171da95', 'a', 'x-y', 2);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x79ec376068c1bfe40c73dc6cd171da95', 'a-b', 'x', 4);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x805a18a70d33d5d380e83dc9d12ec973', 'a', 'x', 3);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\x805a18a70d33d5d380e83dc9d12ec973', 'a', 'x', 1);
INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ('b', '\xaf5570f5a1810b7af78caf4bc70a660f', 'a-b', 'x', 4);
