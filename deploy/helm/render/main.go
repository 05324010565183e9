// Renders the chart with what Helm renders with (Go's text/template and sprig), for machines without Helm. It knows of Helm what this
// chart uses: values, files of templates, include, toYaml, toJson, the release, and no more.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	sprig "github.com/Masterminds/sprig"
	yaml "gopkg.in/yaml.v3"
)

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("render CHART [values.yaml...]"))
	}
	chart := os.Args[1]
	values, about := read(filepath.Join(chart, "values.yaml")), read(filepath.Join(chart, "Chart.yaml"))
	for _, file := range os.Args[2:] {
		values = merge(values, read(file))
	}
	root := map[string]interface{}{
		"Values":   values,
		"Chart":    map[string]interface{}{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release":  map[string]interface{}{"Name": "huiyin", "Namespace": "huiyin", "Service": "Helm", "IsInstall": true, "IsUpgrade": false},
		"Template": map[string]interface{}{"BasePath": "huiyin/templates"},
	}
	all := template.New("chart").Option("missingkey=error")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		var out bytes.Buffer
		encoder := yaml.NewEncoder(&out)
		encoder.SetIndent(2)
		err := encoder.Encode(value)
		return strings.TrimSuffix(out.String(), "\n"), err
	}
	all.Funcs(functions)
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	fail(err)
	sort.Strings(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		fail(err)
		_, err = all.New("huiyin/templates/" + filepath.Base(file)).Parse(string(text))
		fail(err)
	}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "_") {
			continue
		}
		var out bytes.Buffer
		fail(all.ExecuteTemplate(&out, "huiyin/templates/"+filepath.Base(file), root))
		if strings.TrimSpace(out.String()) != "" {
			fmt.Printf("---\n# Source: huiyin/templates/%s\n%s\n", filepath.Base(file), strings.TrimPrefix(strings.TrimSpace(out.String()), "---\n"))
		}
	}
}

func read(file string) map[string]interface{} {
	text, err := os.ReadFile(file)
	fail(err)
	var found map[string]interface{}
	fail(yaml.Unmarshal(text, &found))
	return found
}

func merge(under, over map[string]interface{}) map[string]interface{} {
	for key, value := range over {
		below, isMap := under[key].(map[string]interface{})
		above, bothMaps := value.(map[string]interface{})
		if isMap && bothMaps {
			under[key] = merge(below, above)
		} else {
			under[key] = value
		}
	}
	return under
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}
