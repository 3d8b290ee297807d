package isms

import (
	"time"

	"github.com/ismskit/ismskit/isms/lang"
)

// Moment is something that happened in the course of an incident.
type Moment struct {
	At   time.Time `json:"at"`
	What Text      `json:"what"`
	By   Link      `json:"by,omitzero"`
}

// Significance is whether an incident is significant under Directive (EU)
// 2022/2555 (NIS2), article 23(3); unset is not judged.
type Significance string

// The judgements.
const (
	Significant    Significance = "significant"
	NotSignificant Significance = "not-significant"
)

// Label is the judgement in language l.
func (s Significance) Label(l lang.Lang) string { return lang.Word(l, "significance", string(s)) }

// Notice is a duty to tell an authority of an incident.
type Notice string

// The duties that [Incident.Clocks] knows.
const (
	NoticeGDPR      Notice = "gdpr-33"     // Regulation (EU) 2016/679, article 33(1)
	NoticeNIS2Early Notice = "nis2-23-4-a" // early warning
	NoticeNIS2      Notice = "nis2-23-4-b" // incident notification
	NoticeNIS2Final Notice = "nis2-23-4-d" // final report
)

// Label is the duty in language l.
func (n Notice) Label(l lang.Lang) string { return lang.Word(l, "notice", string(n)) }

// Clock is a term that runs from the moment the organization knew of an
// incident.
type Clock struct {
	For Notice
	// Due is the end of the term; zero when it cannot be told, because nobody
	// recorded when the organization knew.
	Due time.Time
	// Given is when the notice was given; zero while it was not.
	Given time.Time
}

// Late reports whether the notice was given after its term, or not at all by
// now. A term that cannot be told is late: nobody can say that it is not.
func (k Clock) Late(now time.Time) bool {
	if k.Given.IsZero() {
		return k.Due.IsZero() || now.After(k.Due)
	}
	return k.Due.IsZero() || k.Given.After(k.Due)
}

// Clocks are the terms for telling authorities that an incident sets running:
// 72 hours when personal data is concerned (GDPR, article 33), and 24 hours, 72
// hours and one month when it is significant (NIS2, article 23(4) a, b, d; the
// month runs from the notification, or from its term while there is none). It
// has none where somebody judged that nobody needs to be told: [Incident.NoNotice].
// Whether a duty applies to the organization at all is not for this function to
// know.
func (i Incident) Clocks() []Clock {
	if !i.NoNotice.IsZero() {
		return nil
	}
	var clocks []Clock
	after := func(n Notice, hours int) Clock {
		k := Clock{For: n, Given: i.noticed(n)}
		if !i.Detected.IsZero() {
			k.Due = i.Detected.Add(time.Duration(hours) * time.Hour)
		}
		clocks = append(clocks, k)
		return k
	}
	if i.PersonalData {
		after(NoticeGDPR, 72)
	}
	if i.Significance == Significant {
		after(NoticeNIS2Early, 24)
		notified := after(NoticeNIS2, 72)
		from := notified.Given
		if from.IsZero() {
			from = notified.Due
		}
		final := Clock{For: NoticeNIS2Final, Given: i.noticed(NoticeNIS2Final)}
		if !from.IsZero() {
			day := DateOf(from).AddMonths(1).Time()
			hour, minute, second := from.Clock()
			final.Due = time.Date(day.Year(), day.Month(), day.Day(), hour, minute, second, from.Nanosecond(), from.Location())
		}
		clocks = append(clocks, final)
	}
	return clocks
}

// noticed is when a notice was first given; zero when it was not.
func (i Incident) noticed(n Notice) time.Time {
	var first time.Time
	for _, told := range i.Notified {
		if told.For == n && (first.IsZero() || told.At.Before(first)) {
			first = told.At
		}
	}
	return first
}
