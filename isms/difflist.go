package isms

// compareLists finds the differences of a list in each version. The elements
// that are gone come first, then those of the new list in its order.
func (d *differ) compareLists(path string, values []any, old, now []any) error {
	oldIDs, newIDs := elementIDs(old), elementIDs(now)
	elements := byPlace(len(old), len(now))
	if oldIDs != nil && newIDs != nil {
		var inOrder bool
		if elements, inOrder = byID(oldIDs, newIDs); !inOrder {
			return d.report(path, values)
		}
		values = each(values, objectOf)
	}
	for _, e := range elements {
		if err := d.compare(appendPointer(path, step{"", e.index}), each(values, e.get)); err != nil {
			return err
		}
	}
	return nil
}

// element is one element that two lists have together, or one of them alone.
type element struct {
	index int           // in the new list; in the old one when it is gone
	get   func(any) any // finds it in any version
}

func byPlace(old, now int) []element {
	var elements []element
	at := func(i int) element {
		return element{i, func(v any) any {
			if list, ok := v.([]any); ok && i < len(list) {
				return list[i]
			}
			return absent{}
		}}
	}
	for i := now; i < old; i++ {
		elements = append(elements, at(i))
	}
	for i := range now {
		elements = append(elements, at(i))
	}
	return elements
}

// byID finds elements in what objectOf makes of a list. It reports false when
// elements that stay have changed places, which is a difference of the list.
func byID(old, now []string) (elements []element, inOrder bool) {
	place := map[string]int{}
	for i, id := range now {
		place[id] = i
	}
	last := -1
	for i, id := range old {
		at, stays := place[id]
		switch {
		case !stays:
			elements = append(elements, element{i, member(id)})
		case at < last:
			return nil, false
		default:
			last = at
		}
	}
	for i, id := range now {
		elements = append(elements, element{i, member(id)})
	}
	return elements, true
}

// elementIDs are the ids of the elements of a list; nil unless each is an
// object with an id of its own. Those of an empty list are none, not nil.
func elementIDs(list []any) []string {
	ids := make([]string, 0, len(list))
	seen := map[string]bool{}
	for _, v := range list {
		id, _ := member("id")(v).(string)
		if id == "" || seen[id] {
			return nil
		}
		seen[id] = true
		ids = append(ids, id)
	}
	return ids
}

// objectOf makes an object of a list: its elements by their ids.
func objectOf(v any) any {
	list, _ := v.([]any)
	object := map[string]any{}
	for i, id := range elementIDs(list) {
		object[id] = list[i]
	}
	return object
}
