// What a candidate is linked with: values to and from the tokens of tokens.py, and the talk in
// lines on descriptors 3 and 4. Compiled once and kept.
package algosmith_driver

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"unsafe"
)

const (
	mostNodes = 100_000
	deepest   = 60
	maxStack  = 64 << 20
)

// Mismatch is an argument that its parameter does not take, or a value that can't be shown.
type mismatch string

func no(what string) {
	panic(mismatch("it is no " + what))
}

// The tokens of a line.
type reader struct {
	words []string
	at    int
}

func (r *reader) peek() string {
	if r.at < len(r.words) {
		return r.words[r.at]
	}
	return ""
}

func (r *reader) next() string {
	word := r.peek()
	r.at++
	return word
}

// How many items a list or map has; it was written by us.
func (r *reader) count(mark, what string) int {
	rest, is := strings.CutPrefix(r.peek(), mark)
	count, err := strconv.Atoi(rest)
	if !is || err != nil || count > len(r.words) {
		no(what)
	}
	r.at++
	return count
}

func (r *reader) number(what string) string {
	digits, is := strings.CutPrefix(r.peek(), "#")
	if !is {
		no(what)
	}
	r.at++
	return digits
}

func (r *reader) text(what string) string {
	digits, is := strings.CutPrefix(r.peek(), "\"")
	if !is {
		no(what)
	}
	r.at++
	made := make([]byte, len(digits)/2)
	for i := range made {
		one, _ := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		made[i] = byte(one)
	}
	return string(made)
}

// The kind of a linked list's or tree's node, by its fields: 'L', 'G' or 0 for none.
func nodeKind(kind reflect.Type) byte {
	if kind.Kind() != reflect.Struct || valueField(kind) < 0 {
		return 0
	}
	here := reflect.PointerTo(kind)
	leads := func(name string) bool {
		field, is := kind.FieldByName(name)
		return is && field.Type == here && len(field.Index) == 1
	}
	switch {
	case strings.HasSuffix(kind.Name(), "ListNode") && leads("Next"):
		return 'L'
	case strings.HasSuffix(kind.Name(), "TreeNode") && leads("Left") && leads("Right"):
		return 'G'
	}
	return 0
}

func valueField(kind reflect.Type) int {
	for _, name := range []string{"Val", "Value", "Data", "Key"} {
		if field, is := kind.FieldByName(name); is && len(field.Index) == 1 {
			return field.Index[0]
		}
	}
	return -1
}

// A field that can be read and set, whatever its name begins with.
func fieldOf(value reflect.Value, number int) reflect.Value {
	field := value.Field(number)
	if field.CanSet() {
		return field
	}
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

func read(from *reader, kind reflect.Type, depth int) reflect.Value {
	if depth > deepest {
		no("value that ends")
	}
	made := reflect.New(kind).Elem()
	switch kind.Kind() {
	case reflect.Bool:
		if word := from.next(); word != "T" && word != "F" {
			no("bool")
		} else {
			made.SetBool(word == "T")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(from.number(kind.String()), 10, kind.Bits())
		if err != nil {
			no(kind.String())
		}
		made.SetInt(number)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number, err := strconv.ParseUint(from.number(kind.String()), 10, kind.Bits())
		if err != nil {
			no(kind.String())
		}
		made.SetUint(number)
	case reflect.Float32, reflect.Float64:
		number, err := strconv.ParseFloat(from.number(kind.String()), kind.Bits())
		if err != nil {
			no(kind.String())
		}
		made.SetFloat(number)
	case reflect.String:
		made.SetString(from.text("string"))
	case reflect.Slice:
		readSlice(from, made, depth)
	case reflect.Array:
		if from.count("[", "array") != kind.Len() {
			no("array of this length")
		}
		for i := 0; i < kind.Len(); i++ {
			made.Index(i).Set(read(from, kind.Elem(), depth+1))
		}
	case reflect.Map:
		readMap(from, made, depth)
	case reflect.Pointer:
		readPointer(from, made, depth)
	case reflect.Struct:
		if from.count("[", kind.String()) != kind.NumField() {
			no(kind.String())
		}
		for i := 0; i < kind.NumField(); i++ {
			fieldOf(made, i).Set(read(from, kind.Field(i).Type, depth+1))
		}
	case reflect.Interface:
		readAny(from, made, depth)
	default:
		no("value that crosses into the cage")
	}
	return made
}

func readSlice(from *reader, made reflect.Value, depth int) {
	kind := made.Type()
	if from.peek() == "N" {
		from.next()
		return
	}
	if kind.Elem().Kind() == reflect.Uint8 && strings.HasPrefix(from.peek(), "\"") {
		made.SetBytes([]byte(from.text("slice")))
		return
	}
	count := from.count("[", "slice")
	made.Set(reflect.MakeSlice(kind, count, count))
	for i := 0; i < count; i++ {
		made.Index(i).Set(read(from, kind.Elem(), depth+1))
	}
}

// A map, or a set: a map of bool or struct{} that is given as a list.
func readMap(from *reader, made reflect.Value, depth int) {
	kind := made.Type()
	if from.peek() == "N" {
		from.next()
		return
	}
	made.Set(reflect.MakeMap(kind))
	if strings.HasPrefix(from.peek(), "[") {
		there := reflect.New(kind.Elem()).Elem()
		if kind.Elem().Kind() == reflect.Bool {
			there.SetBool(true)
		} else if kind.Elem().Kind() != reflect.Struct || kind.Elem().NumField() > 0 {
			no("map")
		}
		for count := from.count("[", "map"); count > 0; count-- {
			made.SetMapIndex(read(from, kind.Key(), depth+1), there)
		}
		return
	}
	for count := from.count("{", "map"); count > 0; count-- {
		key := read(from, kind.Key(), depth+1)
		made.SetMapIndex(key, read(from, kind.Elem(), depth+1))
	}
}

func readPointer(from *reader, made reflect.Value, depth int) {
	inner := made.Type().Elem()
	if from.peek() == "N" {
		from.next()
		return
	}
	switch nodeKind(inner) {
	case 'L':
		at := made
		for count := from.count("[", "list"); count > 0; count-- {
			node := reflect.New(inner)
			fieldOf(node.Elem(), valueField(inner)).Set(read(from, inner.Field(valueField(inner)).Type, depth+1))
			at.Set(node)
			at = node.Elem().FieldByName("Next")
		}
	case 'G':
		readTree(from, made, inner, depth)
	default:
		node := reflect.New(inner)
		node.Elem().Set(read(from, inner, depth+1))
		made.Set(node)
	}
}

// A tree's level order: the children of what is none are left out.
func readTree(from *reader, made reflect.Value, inner reflect.Type, depth int) {
	places := []reflect.Value{made}
	for count := from.count("[", "tree"); count > 0; count-- {
		if len(places) == 0 {
			no("tree")
		}
		place := places[0]
		places = places[1:]
		if from.peek() == "N" {
			from.next()
			continue
		}
		node := reflect.New(inner)
		fieldOf(node.Elem(), valueField(inner)).Set(read(from, inner.Field(valueField(inner)).Type, depth+1))
		place.Set(node)
		places = append(places, node.Elem().FieldByName("Left"), node.Elem().FieldByName("Right"))
	}
}

// What stands in an `any`: whole numbers are int, others float64, lists []any.
func readAny(from *reader, made reflect.Value, depth int) {
	kind := made.Type()
	if kind.NumMethod() > 0 {
		if from.peek() == "N" {
			from.next()
			return
		}
		no(kind.String())
	}
	word := from.peek()
	if word == "" {
		no("value")
	}
	var value reflect.Value
	switch word[0] {
	case 'N':
		from.next()
		return
	case 'T', 'F':
		value = reflect.ValueOf(from.next() == "T")
	case '"':
		value = reflect.ValueOf(from.text("value"))
	case '#':
		if _, err := strconv.ParseInt(word[1:], 10, 64); err == nil {
			value = read(from, reflect.TypeOf(0), depth+1)
		} else {
			value = read(from, reflect.TypeOf(0.0), depth+1)
		}
	case '[':
		value = read(from, reflect.TypeOf([]any{}), depth+1)
	default:
		value = read(from, reflect.TypeOf(map[string]any{}), depth+1)
	}
	made.Set(value)
}

func hex(out *strings.Builder, mark byte, text string) {
	const digits = "0123456789abcdef"
	out.WriteByte(mark)
	for i := 0; i < len(text); i++ {
		out.WriteByte(digits[text[i]>>4])
		out.WriteByte(digits[text[i]&15])
	}
	out.WriteByte(' ')
}

var failure = reflect.TypeFor[error]()

func write(out *strings.Builder, value reflect.Value, depth int) {
	if depth > deepest {
		no("value that ends")
	}
	switch value.Kind() {
	case reflect.Bool:
		if value.Bool() {
			out.WriteString("T ")
		} else {
			out.WriteString("F ")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		out.WriteString("#" + strconv.FormatInt(value.Int(), 10) + " ")
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		out.WriteString("#" + strconv.FormatUint(value.Uint(), 10) + " ")
	case reflect.Float32, reflect.Float64:
		writeFloat(out, value.Float(), value.Type().Bits())
	case reflect.String:
		hex(out, '"', value.String())
	case reflect.Slice, reflect.Array:
		out.WriteString("[" + strconv.Itoa(value.Len()) + " ")
		for i := 0; i < value.Len(); i++ {
			write(out, value.Index(i), depth+1)
		}
	case reflect.Map:
		out.WriteString("{" + strconv.Itoa(value.Len()) + " ")
		for all := value.MapRange(); all.Next(); {
			write(out, all.Key(), depth+1)
			write(out, all.Value(), depth+1)
		}
	case reflect.Struct:
		writeStruct(out, value, depth)
	case reflect.Pointer:
		writePointer(out, value, depth)
	case reflect.Interface:
		writeInterface(out, value, depth)
	default:
		no("value that crosses out of the cage (" + value.Type().String() + ")")
	}
}

func writeFloat(out *strings.Builder, number float64, bits int) {
	if math.IsNaN(number) {
		out.WriteString("~nan ")
	} else if math.IsInf(number, 0) {
		out.WriteString("~" + strings.ToLower(strconv.FormatFloat(number, 'g', -1, 64)) + " ")
	} else {
		out.WriteString("~" + strconv.FormatFloat(number, 'g', -1, bits) + " ")
	}
}

func writeStruct(out *strings.Builder, value reflect.Value, depth int) {
	kind := value.Type()
	if kind.NumField() == 0 {
		out.WriteString("(0 ")
		return
	}
	if !value.CanAddr() {
		copied := reflect.New(kind).Elem()
		copied.Set(value)
		value = copied
	}
	out.WriteString("(" + strconv.Itoa(kind.NumField()) + " ")
	for i := 0; i < kind.NumField(); i++ {
		write(out, fieldOf(value, i), depth+1)
	}
}

func writePointer(out *strings.Builder, value reflect.Value, depth int) {
	inner := value.Type().Elem()
	switch nodeKind(inner) {
	case 'L':
		var all strings.Builder
		count := 0
		for at := value; !at.IsNil(); at = at.Elem().FieldByName("Next") {
			if count++; count > mostNodes {
				no("list that ends")
			}
			write(&all, fieldOf(at.Elem(), valueField(inner)), depth+1)
		}
		out.WriteString("L" + strconv.Itoa(count) + " " + all.String())
	case 'G':
		writeTree(out, value, inner, depth)
	default:
		if value.IsNil() {
			out.WriteString("N ")
			return
		}
		write(out, value.Elem(), depth+1)
	}
}

func writeTree(out *strings.Builder, value reflect.Value, inner reflect.Type, depth int) {
	var level []reflect.Value
	if !value.IsNil() {
		level = append(level, value)
	}
	for at := 0; at < len(level); at++ {
		if len(level) > mostNodes {
			no("tree that ends")
		}
		if node := level[at]; !node.IsNil() {
			level = append(level, node.Elem().FieldByName("Left"), node.Elem().FieldByName("Right"))
		}
	}
	for len(level) > 0 && level[len(level)-1].IsNil() {
		level = level[:len(level)-1]
	}
	out.WriteString("G" + strconv.Itoa(len(level)) + " ")
	for _, node := range level {
		if node.IsNil() {
			out.WriteString("N ")
		} else {
			write(out, fieldOf(node.Elem(), valueField(inner)), depth+1)
		}
	}
}

func writeInterface(out *strings.Builder, value reflect.Value, depth int) {
	if value.IsNil() {
		out.WriteString("N ")
	} else if value.Type() == failure || value.Elem().Type().Implements(failure) {
		hex(out, '"', value.Interface().(error).Error())
	} else {
		write(out, value.Elem(), depth+1)
	}
}

// Entry is what is called: a function, with its object in front where it is a method.
type Entry struct {
	Function any
	Object   func() any
}

func (one Entry) call(line string) (text string, reading bool) {
	reading = true
	function := reflect.ValueOf(one.Function)
	kind := function.Type()
	from := &reader{words: strings.Fields(line)}
	var given []reflect.Value
	first := 0
	if one.Object != nil {
		given = append(given, reflect.ValueOf(one.Object()))
		first = 1
	}
	defer func() {
		if problem := recover(); problem != nil {
			wrong, is := problem.(mismatch)
			if !is {
				panic(problem)
			}
			where := ""
			if reading {
				where = "call"
			}
			text = told("u", where, string(wrong))
		}
	}()
	for i := first; i < kind.NumIn(); i++ {
		given = append(given, read(from, kind.In(i), 0))
	}
	if from.peek() != "" {
		no("call with that many arguments")
	}
	reading = false
	var made []reflect.Value
	if kind.IsVariadic() {
		made = function.CallSlice(given)
	} else {
		made = function.Call(given)
	}
	var out strings.Builder
	out.WriteString("v ")
	switch len(made) {
	case 0:
		out.WriteString("N ")
	case 1:
		write(&out, made[0], 0)
	default:
		out.WriteString("(" + strconv.Itoa(len(made)) + " ")
		for _, value := range made {
			write(&out, value, 0)
		}
	}
	for _, value := range given[first:] {
		switch value.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer:
			write(&out, value, 0)
		default:
			out.WriteString("- ")
		}
	}
	return out.String(), reading
}

func told(kind, name, text string) string {
	var out strings.Builder
	out.WriteString(kind + " ")
	hex(&out, '"', name)
	if len(text) > 300 {
		text = text[:300]
	}
	hex(&out, '"', strings.ToValidUTF8(text, "?"))
	return out.String()
}

func answered(one Entry, line string) (text string) {
	ended := false
	defer func() {
		problem := recover()
		if ended || problem == nil { // or runtime.Goexit: then nothing more is said
			return
		}
		text = told("r", "panic", shown(problem))
	}()
	text, _ = one.call(line)
	ended = true
	return
}

func shown(problem any) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value that can't be shown"
		}
	}()
	if failed, is := problem.(runtime.Error); is {
		return failed.Error()
	}
	return fmt.Sprint(problem)
}

// Serve answers calls until no more come; seen lists the marks that were met.
func Serve(one Entry, seen func() string) {
	debug.SetMaxStack(maxStack)
	calls := bufio.NewReaderSize(os.NewFile(3, "calls"), 1<<16)
	answers := os.NewFile(4, "answers")
	send := func(line string) {
		if _, err := answers.WriteString(line + "\n"); err != nil {
			os.Exit(1)
		}
	}
	send("loaded")
	for {
		line, err := calls.ReadString('\n')
		if err != nil {
			os.Exit(0)
		}
		line = strings.TrimSpace(line)
		if line == "seen" {
			send(seen())
			continue
		}
		number, rest, _ := strings.Cut(line, " ")
		send(number + " " + answered(one, rest))
	}
}

// Chosen is the number of the changed version that is asked for; 0 for none.
func Chosen() int {
	if len(os.Args) < 2 {
		return 0
	}
	number, _ := strconv.Atoi(os.Args[1])
	return number
}

// Left ends a program that was asked for a version that was left out of it.
func Left() Entry {
	os.Exit(219)
	return Entry{}
}
