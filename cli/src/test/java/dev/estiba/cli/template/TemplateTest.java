package dev.estiba.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final Object VALUE = Tree.read("""
            {"Name":"/web","Pid":12,"Running":true,"Env":["A=b","C=d"],"None":[],"Null":null,
             "Networks":{"b":{"IPAddress":"10.0.0.2"},"a":{"IPAddress":"10.0.0.1"}},
             "Ports":{"80/tcp":[{"HostPort":"8080"}]}}""".getBytes(StandardCharsets.UTF_8));

    private static String filled(String template) throws TemplateException {
        return new Template(template).fill(GoValue.of(VALUE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "plain~plain",
                "{{.Name}} {{.Pid}} {{.Running}}~/web 12 true",
                "{{.Env}}~[A=b C=d]",
                "{{.Networks}}~map[a:map[IPAddress:10.0.0.1] b:map[IPAddress:10.0.0.2]]",
                "{{.Null}}~<no value>",
                "{{json .Networks.a}}~{\"IPAddress\":\"10.0.0.1\"}",
                "{{.Env | json}}~[\"A=b\",\"C=d\"]",
                "{{index .Env 1}}~C=d",
                "{{(index (index .Ports \"80/tcp\") 0).HostPort}}~8080",
                "{{with index .Ports \"80/tcp\"}}{{(index . 0).HostPort}}{{end}}~8080",
                "{{range .Networks}}{{.IPAddress}} {{end}}!~10.0.0.1 10.0.0.2 !",
                "{{range $k, $v := .Networks}}{{$k}}={{$v.IPAddress}};{{end}}~a=10.0.0.1;b=10.0.0.2;",
                "{{range $i, $e := .Env}}{{$i}}{{$e}}{{end}}~0A=b1C=d",
                "{{range .None}}x{{else}}nothing{{end}}~nothing",
                "{{if .Running}}up{{else}}down{{end}}~up",
                "{{if not .Running}}up{{else if eq .Pid 12}}twelve{{else}}down{{end}}~twelve",
                "{{if and .Running (gt .Pid 5)}}y{{end}}~y",
                "{{join .Env \", \"}}~A=b, C=d",
                "{{len .Env}} {{upper .Name}} {{split .Name \"w\" | json}}~2 /WEB [\"/\",\"eb\"]",
                "{{printf \"%s-%d%%\" .Name .Pid}}~/web-12%",
                "a {{- \" b \" -}} c~a b c",
                "{{/* nothing */}}x~x",
                "{{\"}}\"}}~}}",
                "{{$.Pid}}{{range .Env}}{{$.Pid}}{{end}}~121212",
            })
    void isFilledInAsGoDoes(String template, String text) throws TemplateException {
        assertThat(filled(template)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{|unclosed action",
                "{{if .Name}}|unexpected EOF",
                "{{end}}|unexpected {{end}}",
                "{{nope .Name}}|function \"nope\" not defined",
                "{{index .Env 7}}|error calling index: index out of range: 7",
                "{{\"x}}|unterminated quoted string",
                "{{(.Name}}|unclosed left paren",
                "{{json}}|wrong number of args for json",
                "{{$x}}|undefined variable \"$x\"",
                "{{pad .Name 99999999 1}}|at most 4096 blanks",
                "{{range 1000001}}{{end}}|more than 1000000 turns",
                "{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}|exceeded maximum template depth",
            })
    void isRefusedWithAReason(String template, String words) {
        assertThatThrownBy(() -> filled(template))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(words);
    }

    @Test
    void whateverComesIsFilledInOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {
            "{{", "}}", ".Name", ".Env", "(", ")", "|", "json ", "index ", "range ", "if ", "else", "end", "$x", ":=",
            "\"", "`", " ", "-", "0", "with ", ".", "eq ", "\\", "/*", "*/", ","
        };
        for (int i = 0; i < 5_000; i++) {
            StringBuilder template = new StringBuilder();
            for (int j = random.nextInt(14); j >= 0; j--) {
                template.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                filled(template.toString());
            } catch (TemplateException refused) {
                assertThat(refused.problem()).as("seed %d", seed).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + template, e);
            }
        }
    }
}
