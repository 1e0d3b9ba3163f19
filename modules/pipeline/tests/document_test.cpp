// SPDX-License-Identifier: Apache-2.0
#include "cers/pipeline/document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "document_samples.hpp"

namespace cers {
namespace {

/// A valid frame around `steps`, so that a test shows only what it is about. Steps start in line 2.
std::string around(const std::string& steps) {
  return "cers: 1\n" + steps + "outputs: {o: {from: a, to: a.tif}}\n";
}

TEST(Document, ReadsAWholePipeline) {
  Diagnostics diagnostics;
  const Document d = parse_document(snow, "snow.yaml", diagnostics);
  ASSERT_TRUE(diagnostics.ok()) << listing(diagnostics);
  EXPECT_EQ(d.name, "theia-snow");
  EXPECT_EQ(d.file, "snow.yaml");
  ASSERT_EQ(d.inputs.size(), 3U);
  EXPECT_EQ(d.inputs[1].align, "scene.swir1");
  EXPECT_TRUE(std::isnan(d.inputs[1].nodata.value_or(0)));
  EXPECT_EQ(d.inputs[1].where.line, 6);
  EXPECT_EQ(d.inputs[1].where.column, 3);
  EXPECT_EQ(d.inputs[2].kind, "raster");
  ASSERT_EQ(d.parameters.size(), 3U);
  EXPECT_EQ(d.parameters[0].defaults, std::vector<std::string>{"0.4"});
  EXPECT_EQ(d.parameters[0].maximum, 1.0);
  EXPECT_FALSE(d.parameters[1].has_default);
  EXPECT_EQ(d.parameters[2].defaults, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(d.steps.size(), 2U);
  EXPECT_EQ(d.steps[1].app, "FractionalSnowCover");
  ASSERT_EQ(d.steps[1].settings.size(), 5U);
  EXPECT_EQ(d.steps[1].settings[2].tokens, (std::vector<std::string>{"no", "012", "1e-3", "~"}));
  EXPECT_EQ(d.steps[1].settings[2].where.text(), "snow.yaml:18:5");
  EXPECT_EQ(d.steps[1].settings[3].key, "id");
  EXPECT_EQ(d.outputs[0].to, "{scene.id}_SNOW_{site}.tif");
  EXPECT_TRUE(d.outputs[0].round);
}

struct FaultCase {
  const char* name;
  std::string text;
  int line;
  int column;
  const char* fault;
  const char* remedy;
};

std::string step(const std::string& rest) {
  return around("steps: [{id: a, app: A" + rest + "}]\n");
}
std::string with_inputs(const std::string& inputs) {
  return "inputs: {" + inputs + "}\n" + step("");
}
std::string with_parameter(const std::string& fields) {
  return "parameters: {p: {" + fields + "}}\n" + step(", x: $p");
}
std::string with_output(const std::string& fields) {
  return "cers: 1\nsteps: [{id: a, app: A}]\noutputs: {o: {" + fields + "}}\n";
}

std::vector<FaultCase> fault_cases() {
  const std::string two_steps = "steps:\n- {id: a, app: A, in: b.out}\n- {id: b, app: A, in: [x, a]}\n";
  return {
      {"version missing", "steps: [{id: a, app: A}]\noutputs: {o: {from: a, to: b}}\n", 1, 1, "'cers' is missing", "1"},
      {"version unknown", "cers: 2\nsteps: [{id: a, app: A}]\noutputs: {o: {from: a, to: b}}\n", 1, 7, "version 1",
       "1"},
      {"version absent", "cers:\nsteps: [{id: a, app: A}]\noutputs: {o: {from: a, to: b}}\n", 1, 1, "no value", ""},
      {"no steps", "cers: 1\nsteps: []\noutputs: {o: {from: a, to: b}}\n", 2, 1, "no step", "add steps"},
      {"no outputs", "cers: 1\nsteps: [{id: a, app: A}]\n", 1, 1, "no output", "add outputs"},
      {"steps no list", around("steps: {a: {app: A}}\n"), 2, 8, "must be a list", "- {id"},
      {"step no map", around("steps: [a, {id: a, app: A}]\n"), 2, 9, "must hold keys", "- {id"},
      {"step without id", around("steps: [{id: a, app: A}, {app: A}]\n"), 2, 26, "no 'id'", "id:"},
      {"step without app", around("steps: [{id: a}]\n"), 2, 9, "no 'app'", "app:"},
      {"step empty app", around("steps: [{id: a, app: ''}]\n"), 2, 22, "'app' is empty", "app:"},
      {"with no map", step(", with: 3"), 2, 31, "'with' must hold keys", "with:"},
      {"nested setting", step(", channels: {nir: 4}"), 2, 35, "not keys", "write channels.nir: 4"},
      {"setting without value", step(", in: "), 2, 25, "no value", "''"},
      {"list in list", step(", in: [x, [y]]"), 2, 33, "plain values", ""},
      {"twice via with", step(", in: x, with: {in: y}"), 2, 39, "given twice", "under 'with'"},
      {"key twice", step(", in: x, in: y"), 2, 32, "'in' is given twice, first in line 2", "keep one"},
      {"unknown top key", step("") + "output: {}\n", 4, 1, "no key 'output'", "did you mean 'outputs'?"},
      {"unknown input key", with_inputs("x: {algn: y}"), 1, 14, "input has no key 'algn'", "'align'"},
      {"unknown parameter key", with_parameter("defalt: 1"), 1, 18, "no key 'defalt'", "'default'"},
      {"unknown output key", with_output("from: a, to: x, typ: uint8"), 3, 31, "no key 'typ'", "'type'"},
      {"input kind", with_inputs("x: {kind: rastr}"), 1, 20, "'kind' cannot be 'rastr'", "'raster'"},
      {"resampling", with_inputs("x: {resampling: cubik}"), 1, 26, "cannot be 'cubik'", "'cubic'"},
      {"scale no number", with_inputs("x: {scale: big}"), 1, 21, "takes a number", ""},
      {"scale zero", with_inputs("x: {scale: 0}"), 1, 21, "cannot be 0", ""},
      {"flag", with_inputs("x: {list: yes}"), 1, 20, "true or false", ""},
      {"several files", with_inputs("x: {files: [a, b]}"), 1, 14, "one file, not 2", "list: true"},
      {"file and files", with_inputs("x: {file: a, files: b}"), 1, 23, "both file and files", "one"},
      {"align unknown", with_inputs("xab: {}, y: {align: xac.b}"), 1, 19, "names no input: 'xac'", "'xab'"},
      {"align itself", with_inputs("x: {align: x}"), 1, 10, "aligned to itself", "another"},
      {"align shape", with_inputs("x: {align: 1.}"), 1, 10, "no id of an input", "input.band"},
      {"align loop", with_inputs("x: {align: y}, y: {align: x}"), 1, 10, "x → y → x", "own grid"},
      {"input scalar", with_inputs("x: a.tif"), 1, 13, "must hold keys", "x: {key: value}"},
      {"inputs a list", "inputs: [a]\n" + step(""), 1, 9, "must hold ids", "inputs: {id"},
      {"id grammar", with_inputs("2x: {}"), 1, 10, "'2x' is not a valid input id", "letter"},
      {"id twice", with_inputs("a: {}"), 3, 14, "'a' is already taken by the input of line 1", "rename"},
      {"default range", with_parameter("default: 2, range: [0, 1]"), 1, 27, "outside the range 0 to 1", ""},
      {"default text", with_parameter("default: x, range: [0, inf]"), 1, 27, "takes a number", ""},
      {"default choice", with_parameter("choices: [mean, max], default: men"), 1, 49, "not among", "'mean'"},
      {"range shape", with_parameter("range: [1, 0]"), 1, 25, "two numbers", "range: [0, 1]"},
      {"unknown parameter", "parameters: {ndsi: {}}\n" + step(", x: $ndsi, y: $nds"), 3, 38, "'$nds'", "'ndsi'"},
      {"no parameters", step(", y: $p"), 2, 28, "'$p' names no parameter", "declare"},
      {"unused parameter", "parameters: {ndsi: {}}\n" + step(""), 1, 14, "never used", "$ndsi"},
      {"output without from", with_output("to: x"), 3, 11, "no 'from'", "step.port"},
      {"output without to", with_output("from: a"), 3, 11, "no 'to'", "file name"},
      {"output from shape", with_output("from: a..b, to: x"), 3, 11, "'a..b' in from", "step.port"},
      {"output from unknown", with_output("from: b, to: x"), 3, 11, "'b', which is no step", "'a'"},
      {"output type", with_output("from: a, to: x, type: uint"), 3, 37, "cannot be 'uint'", "'uint8'"},
      {"same file", with_output("from: a, to: x}, q: {from: a, to: x"), 3, 32, "write the same file 'x'", "own"},
      {"loop", around(two_steps), 4, 27, "a → b → a", "depend"},
      {"self loop", step(", in: a"), 2, 29, "a → a", "depend"},
      {"anchor", step(", in: &k x"), 2, 29, "anchors", "parameters"},
      {"alias", step(", in: *k"), 2, 29, "aliases", "parameters"},
      {"tag", step(", in: !!str x"), 2, 29, "tags", "remove"},
      {"second document", step("") + "---\na: 1\n", 4, 1, "second one", "---"},
      {"syntax", "cers: 1\nsteps: [{id: a\n", 3, 1, "this is not YAML", "'{' of line 2, column 9"},
      {"tabs", "cers: 1\nsteps:\n\t- a\n", 3, 1, "tab character", ""},
      {"key no text", "cers: 1\n[a]: 2\n", 2, 1, "a key must be a text", "name: value"},
      {"empty file", "", 1, 1, "the file is empty", "cers: 1"},
      {"only a comment", "# x\n", 1, 1, "the file is empty", "cers: 1"},
      {"only a list", "- a\n", 1, 1, "not with a value or list", "cers: 1"},
      {"latin-1", "cers: 1\ndoc: \xe9t\xe9\n", 2, 6, "byte 0xE9 is not UTF-8", "UTF-8"},
      {"binary", std::string("II*\0\0\0", 6), 1, 4, "byte 0x00", "pipeline file"},
      {"escaped zero", "doc: \"\\0\"\n" + step(""), 1, 6, "cannot be used", "escape"},
      {"nesting", "cers: " + std::string(100, '['), 1, 38, "levels of nesting", "bracket"},
      {"wide letters", "inputs: {x: {help: 'été', kid: file}}\n" + step(""), 1, 27, "'kid'", "'kind'"},
  };
}

TEST(Document, EveryFaultHasItsPlaceAndRemedy) {
  for (const FaultCase& c : fault_cases()) {
    SCOPED_TRACE(c.name);
    Diagnostics diagnostics;
    parse_document(c.text, "f.yaml", diagnostics);
    bool found = false;
    for (const Diagnostic& d : diagnostics.faults()) {
      const bool fits = d.where.line == c.line && d.where.column == c.column && d.where.file == "f.yaml" &&
                        d.fault.find(c.fault) != std::string::npos && d.remedy.find(c.remedy) != std::string::npos;
      found = found || fits;
    }
    EXPECT_TRUE(found) << "wanted " << c.line << ":" << c.column << ": " << c.fault << " | " << c.remedy << "\nfrom\n"
                       << c.text << "\ngot\n"
                       << listing(diagnostics);
  }
}

TEST(Document, AllFaultsAreCollectedInOrder) {
  Diagnostics diagnostics;
  parse_document("cers: 3\nsteps:\n- {id: a, aap: B, x: $y}\noutputs:\n  o: {form: a, type: byte}\n", "f", diagnostics);
  EXPECT_EQ(diagnostics.faults().size(), 7U) << listing(diagnostics);
  for (std::size_t i = 1; i < diagnostics.faults().size(); ++i) {
    EXPECT_LE(diagnostics.faults()[i - 1].where.line, diagnostics.faults()[i].where.line);
  }
}

TEST(Document, TheCaretStandsBelowTheFault) {
  Diagnostics diagnostics;
  parse_document("cers: 1\ndoc: été\nsteps: [{id: a, app: A}]\noutputs: {é: {from: a, to: x, tpye: 1}}\n", "f",
                 diagnostics);
  ASSERT_EQ(diagnostics.faults().size(), 2U) << listing(diagnostics);
  EXPECT_EQ(diagnostics.faults()[1].excerpt, "outputs: {é: {from: a, to: x, tpye: 1}}\n" + std::string(30, ' ') + "^");
  EXPECT_EQ(source_excerpt("a\r\n\tbc\n", {"f", 2, 3}), "\tbc\n\t ^");
  EXPECT_EQ(source_excerpt("a\n", {"f", 7, 3}), "");
  EXPECT_EQ(source_excerpt("a\n", {}), "");
  EXPECT_LT(source_excerpt(std::string(5000, 'x'), {"f", 1, 4000}).size(), 300U);
}

TEST(Document, WordsThatOnlyLookLikeStepsAreNoLoop) {
  Diagnostics diagnostics;
  parse_document(around("steps: [{id: a, app: A, type: a}, {id: b, app: A, in: a, exp: 'b + a.x', v: [0.5, a.1]}]\n"),
                 "f", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << listing(diagnostics);
}

TEST(Document, LongChainsAndManyFilesAreRead) {
  std::string text = "cers: 1\nsteps:\n";
  for (int i = 0; i < 20000; ++i) {
    text += "- {id: s" + std::to_string(i) + ", app: A, in: s" + std::to_string(i + 1) + "}\n";
  }
  text += "- {id: s20000, app: A, x: " + std::string(5000, 'x') + "}\noutputs: {o: {from: s0, to: x}}\n";
  Diagnostics diagnostics;
  const Document d = parse_document(text, "f", diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << listing(diagnostics);
  EXPECT_EQ(d.steps.size(), 20001U);
}

TEST(Document, AMissingFileNamesItsNeighbours) {
  const auto folder = std::filesystem::temp_directory_path() / "cers-document-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "snow.yaml") << snow;
  Diagnostics good;
  EXPECT_EQ(read_document((folder / "snow.yaml").string(), good).steps.size(), 2U);
  EXPECT_TRUE(good.ok());
  Diagnostics missing;
  read_document((folder / "snwo.yaml").string(), missing);
  ASSERT_EQ(missing.faults().size(), 1U);
  EXPECT_EQ(missing.faults()[0].remedy, "did you mean 'snow.yaml'?");
  Diagnostics directory;
  read_document(folder.string(), directory);
  ASSERT_EQ(directory.faults().size(), 1U);
  EXPECT_NE(directory.faults()[0].fault.find("is a folder"), std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST(Document, EqualityNoticesEveryMember) {
  Diagnostics diagnostics;
  const Document d = parse_document(snow, "a", diagnostics);
  EXPECT_TRUE(d == parse_document("# moved\n" + snow, "b", diagnostics));
  const auto differs = [&](auto change) {
    Document other = d;
    change(other);
    return !(other == d) && canonical_json(other) != canonical_json(d);
  };
  EXPECT_TRUE(differs([](Document& o) { o.inputs[0].offset = 2; }));
  EXPECT_TRUE(differs([](Document& o) { o.inputs[0].files = {"x"}; }));
  EXPECT_TRUE(differs([](Document& o) { o.parameters[0].values = {"0.5"}; }));
  EXPECT_TRUE(differs([](Document& o) { o.parameters[1].has_default = true; }));
  EXPECT_TRUE(differs([](Document& o) { o.steps[1].settings[2].tokens[0] = "false"; }));
  EXPECT_TRUE(differs([](Document& o) { o.outputs[0].round = false; }));
}

TEST(Document, FileNamesThatAreNotUtf8StillMakeJson) {
  Document d;
  d.inputs.push_back({});
  d.inputs[0].id = "x";
  d.inputs[0].files = {"caf\xe9.tif"};
  EXPECT_NE(canonical_json(d).find("caf\uFFFD.tif"), std::string::npos);
}

TEST(ParameterReferences, whole_token_or_in_braces) {
  EXPECT_EQ(parameter_references("$ndsi"), (std::vector<std::string>{"ndsi"}));
  EXPECT_EQ(parameter_references("im1b1 > ${low} && im1b1 < ${high}"), (std::vector<std::string>{"low", "high"}));
  EXPECT_TRUE(parameter_references("im1b1 > 2").empty());
  EXPECT_TRUE(parameter_references("${open").empty());
  EXPECT_EQ(filled_token("a ${x}${y} b", [](const std::string& id) { return id + id; }), "a xxyy b");
  EXPECT_EQ(filled_token("${open", [](const std::string&) { return "no"; }), "${open");
}

TEST(ParameterReferences, an_unknown_id_in_braces_is_a_fault) {
  Diagnostics diagnostics;
  parse_document(
      "cers: 1\nparameters: {limit: {default: 1}}\nsteps: [{id: s, app: A, exp: 'x > ${limt} + ${limit}'}]\n"
      "outputs: {o: {from: s, to: o.tif}}\n",
      "p.yaml", diagnostics);
  ASSERT_EQ(diagnostics.faults().size(), 1U) << listing(diagnostics);
  EXPECT_EQ(diagnostics.faults()[0].remedy, "did you mean 'limit'?");
}

}  // namespace
}  // namespace cers
