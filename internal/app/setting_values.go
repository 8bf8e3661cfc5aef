package app

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/huimian/huimian/internal/setup"
	"github.com/huimian/huimian/internal/validate"
)

// settingChecks are the checks of settings that can be judged alone, by variable name.
// CheckSettings runs them too.
var settingChecks = map[string]func(*Config) error{
	"HUIMIAN_PUBLIC_URL":             (*Config).checkPublicURL,
	"HUIMIAN_TIME_ZONE":              (*Config).checkTimeZone,
	"HUIMIAN_TRACES_ENDPOINT":        (*Config).checkTracesEndpoint,
	"HUIMIAN_DATABASE_URL":           (*Config).checkDatabase,
	"HUIMIAN_SECRET_KEY":             (*Config).checkSecretKeys,
	"HUIMIAN_WECOM_AGENT_ID":         (*Config).checkAgentID,
	"HUIMIAN_WECOM_ENCODING_AES_KEY": (*Config).checkEncodingAESKey,
	"HUIMIAN_WECOM_DOMAIN_FILE":      (*Config).checkDomainFile,
}

// SetSetting stores the text of a variable, normalizes it and returns the error that
// CheckSettings has for it; the setting then keeps its value. An empty text of a required
// setting is an error.
func (c *Config) SetSetting(name, text string) (err error) {
	field := c.settingField(name)
	if !field.IsValid() {
		return fmt.Errorf("%s is not a setting", name)
	}
	before := reflect.ValueOf(field.Interface())
	defer func() {
		if err != nil {
			field.Set(before)
		}
	}()
	if err := setFieldText(field, validate.CleanIdentifier(text)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c.normalize()
	for _, w := range requiredSettings {
		if w.name == name && w.missing(c) {
			return fmt.Errorf("%s is required: %s", name, w.help)
		}
	}
	if check, ok := settingChecks[name]; ok {
		return check(c)
	}
	return nil
}

// SettingText returns the text of a setting as its variable holds it.
func (c *Config) SettingText(name string) string {
	field := c.settingField(name)
	if !field.IsValid() {
		return ""
	}
	return fieldText(field)
}

// SettingVariables returns the variables of the settings that differ from their
// defaults, and those with the given names, in the order of Config.
func (c *Config) SettingVariables(always ...string) []setup.Variable {
	var variables []setup.Variable
	walkSettings(reflect.ValueOf(c).Elem(), func(field reflect.StructField, value reflect.Value) {
		name, text := field.Tag.Get("env"), fieldText(value)
		if slices.Contains(always, name) || !isDefault(field, value) {
			variables = append(variables, setup.Variable{Name: name, Value: text})
		}
	})
	return variables
}

// HasDefault reports whether a setting has the value that it has when it is not set.
func (c *Config) HasDefault(name string) (is bool) {
	walkSettings(reflect.ValueOf(c).Elem(), func(field reflect.StructField, value reflect.Value) {
		is = is || field.Tag.Get("env") == name && isDefault(field, value)
	})
	return is
}

func isDefault(field reflect.StructField, value reflect.Value) bool {
	return value.IsZero() || fieldText(value) == field.Tag.Get("default")
}

// SettingFlag returns the flag of a setting, such as "--public-url", or "" for a secret.
func SettingFlag(name string) string {
	flag := ""
	walkSettings(reflect.ValueOf(&Config{}).Elem(), func(field reflect.StructField, _ reflect.Value) {
		if field.Tag.Get("env") == name && field.Tag.Get("kong") != "-" {
			flag = "--" + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "HUIMIAN_"), "_", "-"))
		}
	})
	return flag
}

func (c *Config) settingField(name string) (found reflect.Value) {
	walkSettings(reflect.ValueOf(c).Elem(), func(field reflect.StructField, value reflect.Value) {
		if field.Tag.Get("env") == name {
			found = value
		}
	})
	return found
}

// walkSettings calls fn with every field that is a setting.
func walkSettings(v reflect.Value, fn func(reflect.StructField, reflect.Value)) {
	for field, value := range v.Fields() {
		switch {
		case field.Tag.Get("env") != "":
			fn(field, value)
		case value.Kind() == reflect.Struct:
			walkSettings(value, fn)
		}
	}
}

func fieldText(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Duration:
		return durationText(value)
	case encoding.TextMarshaler:
		if v.Kind() != reflect.String { // a secret marshals as ***
			text, _ := value.MarshalText()
			return strings.ToLower(string(text))
		}
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Slice:
		return strings.Join(v.Interface().([]string), ",") //nolint:forcetypeassert // the only slices among the settings
	default:
		return fmt.Sprint(v.Interface())
	}
}

// durationText returns a duration without units that are 0: 24h, not 24h0m0s.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func setFieldText(v reflect.Value, text string) error {
	if u, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok && v.Kind() != reflect.String {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		v.Set(reflect.ValueOf(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' })))
	case reflect.Bool:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(on)
	default:
		return setFieldNumber(v, text)
	}
	return nil
}

func setFieldNumber(v reflect.Value, text string) error {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 20s", text)
		}
		v.SetInt(int64(d))
		return nil
	}
	if text == "" {
		v.SetInt(0)
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errors.New(strconv.Quote(text) + " is not a number")
	}
	v.SetInt(n)
	return nil
}
