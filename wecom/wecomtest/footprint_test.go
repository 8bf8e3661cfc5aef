package wecomtest

import "reflect"

// footprint sums up the size in bytes of everything reachable from a value, each object once.
// Unlike the heap size, it does not depend on the rest of the process.
type footprint struct{ seen map[uintptr]bool }

func sizeOf(v any) int {
	f := &footprint{map[uintptr]bool{}}
	return f.sizeBelow(reflect.ValueOf(v))
}

// sizeBelow returns the size of what v refers to, without v itself.
func (f *footprint) sizeBelow(v reflect.Value) int {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || f.markSeen(v.Pointer()) {
			return 0
		}
		return int(v.Type().Elem().Size()) + f.sizeBelow(v.Elem())
	case reflect.Interface:
		return f.sizeBelow(v.Elem())
	case reflect.String:
		return v.Len()
	case reflect.Slice:
		if v.Len() == 0 || f.markSeen(v.Pointer()) {
			return 0
		}
		return v.Len()*int(v.Type().Elem().Size()) + f.sizeOfElements(v)
	case reflect.Array:
		return f.sizeOfElements(v)
	case reflect.Struct:
		n := 0
		for _, field := range v.Fields() {
			n += f.sizeBelow(field)
		}
		return n
	case reflect.Map:
		return f.sizeOfMap(v)
	}
	return 0
}

func (f *footprint) sizeOfElements(v reflect.Value) int {
	switch v.Type().Elem().Kind() {
	case reflect.Pointer, reflect.Interface, reflect.String, reflect.Slice, reflect.Struct, reflect.Map, reflect.Array:
	default:
		return 0
	}
	n := 0
	for i := range v.Len() {
		n += f.sizeBelow(v.Index(i))
	}
	return n
}

func (f *footprint) sizeOfMap(v reflect.Value) int {
	if v.IsNil() || f.markSeen(v.Pointer()) {
		return 0
	}
	n := v.Len() * int(v.Type().Key().Size()+v.Type().Elem().Size())
	for it := v.MapRange(); it.Next(); {
		n += f.sizeBelow(it.Key()) + f.sizeBelow(it.Value())
	}
	return n
}

// markSeen reports whether an address has been visited, and marks it as visited.
func (f *footprint) markSeen(p uintptr) bool {
	if f.seen[p] {
		return true
	}
	f.seen[p] = true
	return false
}
