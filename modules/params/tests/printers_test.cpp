// SPDX-License-Identifier: Apache-2.0
#include "cers/params/printers.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "sample_app.hpp"

namespace cers {
namespace {

using Json = nlohmann::json;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

struct Tiny {
  std::string id = "x";
  int size = 1;
};

class Printers : public ::testing::Test {
 protected:
  const AppSpec sample_ = sample::spec();
  const AppSpec tiny_ = Declare<Tiny>("Tiny", "Reserved word as key.")
                            .input("in", "Image.")
                            .output("out", "Result.")
                            .param("id", &Tiny::id, "Id.")
                            .required()
                            .param("size", &Tiny::size, "Size.")
                            .required()
                            .done();
  const std::vector<ParamSpec> engine_ = sample::engine_keys();
  const std::vector<const AppSpec*> apps_{&sample_, &tiny_};
  const std::vector<std::string> commands_{"run", "help"};

  std::vector<std::string> all_keys() const {
    std::vector<std::string> keys = sample_.keys();
    for (const ParamSpec& param : engine_) keys.push_back(param.key);
    return keys;
  }
};

TEST_F(Printers, every_key_stands_in_every_face) {
  const std::string help = help_text(sample_, engine_);
  const std::string markdown = markdown_page(sample_, engine_);
  const std::string man = man_page(sample_, engine_, "1.0");
  const std::string json = describe_json(sample_, engine_);
  const std::string bash = completion_script("bash", apps_, engine_, commands_);
  const std::string zsh = completion_script("zsh", apps_, engine_, commands_);
  for (const std::string& key : all_keys()) {
    EXPECT_TRUE(holds(help, "\n  -" + key + " ")) << key;
    EXPECT_TRUE(holds(markdown, "\n- `-" + key + " ")) << key;
    EXPECT_TRUE(holds(man, "\n.TP\n\\fB\\-" + key + "\\fR ")) << key;
    EXPECT_TRUE(holds(json, "\"key\": \"" + key + "\"")) << key;
    EXPECT_TRUE(holds(bash, "-" + key)) << key;
    EXPECT_TRUE(holds(zsh, "-" + key)) << key;
  }
}

TEST_F(Printers, help_fits_the_terminal_and_says_what_is_needed) {
  const std::string help = help_text(sample_, engine_);
  EXPECT_TRUE(
      help.starts_with("Sample - Something with every kind of parameter.\n\nUsage: cers Sample -il <image>... "
                       "-exp <text> -out <image> [type] [options]\n"))
      << help;
  for (const std::string& line : split(help, '\n')) {
    EXPECT_LE(columns(line), 100U) << line;
    EXPECT_FALSE(line.ends_with(" ")) << "'" << line << "'";
  }
  for (const char* part : {"From 1 to 10 pixel. Default: 3.", "Expression. Required.", "Default: 'a b' ''.",
                           "One of Fast, Exact.", "Only with -method lee.", "keeps edges", "Default type: uint8.",
                           "Advanced parameters:", "Every application:", "Prints: count, mean", "Somebody (2020)",
                           "cers Sample -il a.tif -exp \"im1b1 + 1\" -out b.tif uint8"}) {
    EXPECT_TRUE(holds(help, part)) << part << "\n" << help;
  }
}

TEST_F(Printers, long_example_commands_break_outside_quotes) {
  AppSpec spec = tiny_;
  const std::string quoted = "'" + std::string(40, 'a') + " " + std::string(40, 'b') + "'";
  spec.examples.push_back({"Long", "cers Tiny -in some_image.tif -id " + quoted + " -out result.tif"});
  const std::string help = help_text(spec, engine_);
  EXPECT_TRUE(holds(help, quoted)) << help;
  for (const std::string& line : split(help, '\n')) EXPECT_LE(columns(line), 100U) << line;
}

TEST_F(Printers, help_of_one_key) {
  EXPECT_EQ(help_text(sample_, "radius", engine_), "  -radius <int>  Radius. From 1 to 10 pixel. Default: 3.\n");
  EXPECT_TRUE(holds(help_text(sample_, "-progress", engine_), "one object a line"));
  try {
    help_text(sample_, "raduis", engine_);
    FAIL() << "an unknown key must be refused";
  } catch (const UserError& error) {
    EXPECT_EQ(error.remedy(), "did you mean 'radius'?");
  }
}

TEST_F(Printers, description_holds_typed_defaults) {
  const Json json = Json::parse(describe_json(sample_, engine_));
  EXPECT_EQ(json["name"], "Sample");
  EXPECT_EQ(json["parameters"].size(), sample_.params.size());
  const auto param = [&](const char* key) {
    for (const Json& one : json["parameters"]) {
      if (one["key"] == key) return one;
    }
    return Json();
  };
  EXPECT_EQ(param("verbose")["default"], Json(false));
  EXPECT_EQ(param("radius")["default"], Json(3));
  EXPECT_EQ(param("radius")["maximum"], 10);
  EXPECT_EQ(param("scale")["default"], Json(0.1));
  EXPECT_EQ(param("channels")["default"], Json({1, 2}));
  EXPECT_EQ(param("weights")["default"], Json::array());
  EXPECT_EQ(param("weights")["type"], "real_list");
  EXPECT_FALSE(param("nodata").contains("default"));
  EXPECT_EQ(param("method")["choices"].size(), 3U);
  EXPECT_EQ(json["outputs"][0]["type"], "uint8");
  EXPECT_EQ(json["engine"].size(), engine_.size());
}

TEST_F(Printers, schema_has_a_definition_for_each_application) {
  const Json schema = Json::parse(pipeline_schema(apps_));
  EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema["properties"]["cers"]["const"], 1);
  const Json& definitions = schema["definitions"];
  std::vector<std::string> targets;
  for (const Json& rule : definitions["step"]["allOf"]) targets.push_back(rule["then"]["$ref"]);
  for (const AppSpec* app : apps_) {
    ASSERT_TRUE(definitions.contains(app->name));
    const Json& step = definitions[app->name];
    EXPECT_EQ(step["properties"]["app"]["const"], app->name);
    EXPECT_NE(std::find(targets.begin(), targets.end(), "#/definitions/" + app->name), targets.end());
    for (const InputSpec& input : app->inputs) {
      EXPECT_TRUE(step["properties"].contains(input.key));
      EXPECT_TRUE(step["properties"]["with"]["properties"].contains(input.key));
    }
    for (const ParamSpec& param : app->params) {
      EXPECT_TRUE(step["properties"]["with"]["properties"].contains(param.key)) << param.key;
      EXPECT_TRUE(step["properties"].contains(param.key)) << param.key;
    }
  }
  const Json& radius = definitions["Sample"]["properties"]["radius"];
  EXPECT_EQ(radius["anyOf"][0], Json({{"type", "integer"}, {"minimum", 1.0}, {"maximum", 10.0}}));
  EXPECT_EQ(radius["anyOf"][1]["type"], "string");
  EXPECT_EQ(radius["default"], 3);
  EXPECT_EQ(schema["properties"]["outputs"]["additionalProperties"]["required"], Json({"from", "to"}));
}

TEST_F(Printers, a_key_named_like_a_reserved_word_stands_under_with_only) {
  const Json schema = Json::parse(pipeline_schema(apps_));
  const Json& tiny = schema["definitions"]["Tiny"];
  EXPECT_EQ(tiny["properties"]["id"], Json({{"type", "string"}})) << "the id of the step";
  EXPECT_TRUE(tiny["properties"]["with"]["properties"]["id"].contains("description")) << "the parameter";
  EXPECT_EQ(tiny["allOf"].size(), 3U) << "in, id and size are needed";
  EXPECT_EQ(tiny["allOf"][1]["properties"]["with"]["required"], Json({"id"}));
}

/// Runs a shell command; its standard output.
std::string output_of(const std::string& command, int& status) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  char buffer[256];
  for (std::size_t count; (count = ::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, count);
  status = ::pclose(pipe);
  return text;
}

bool has_program(const std::string& name) {
  return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0;
}

class ScriptFile {
 public:
  explicit ScriptFile(const std::string& text) {
    path_ = std::filesystem::temp_directory_path() / ("cers-params-test-" + std::to_string(::getpid()));
    std::ofstream(path_) << text;
  }
  ScriptFile(const ScriptFile&) = delete;
  ScriptFile& operator=(const ScriptFile&) = delete;
  ~ScriptFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST_F(Printers, scripts_are_valid) {
  for (const std::string shell : {"bash", "zsh"}) {
    if (!has_program(shell)) {
      if (shell == "bash") GTEST_SKIP() << "bash is not installed";
      continue;  // zsh is rarely there; its lists are those bash checks
    }
    const ScriptFile script(completion_script(shell, apps_, engine_, commands_));
    EXPECT_EQ(std::system((shell + " -n " + script.path()).c_str()), 0) << shell;
  }
  EXPECT_THROW(completion_script("fish", apps_, engine_, commands_), UserError);
}

TEST_F(Printers, bash_offers_what_fits) {
  if (!has_program("bash")) GTEST_SKIP() << "bash is not installed";
  const std::string completion = completion_script("bash", apps_, engine_, commands_);
  const auto answers = [&](const std::string& line) {
    const ScriptFile script(completion + "COMP_WORDBREAKS=' :'\nCOMP_LINE='" + line +
                            "'\nCOMP_POINT=${#COMP_LINE}\n_cers\necho \"${COMPREPLY[*]}\"\n");
    int status = -1;
    const std::string text = output_of("bash " + script.path(), status);
    EXPECT_EQ(status, 0) << line;
    return std::string(trimmed(text));
  };
  EXPECT_EQ(answers("cers "), "run help Sample Tiny");
  EXPECT_EQ(answers("cers Sa"), "Sample");
  EXPECT_EQ(answers("cers help Ti"), "Tiny");
  EXPECT_EQ(answers("cers Sample -ra"), "-radius -ram");
  EXPECT_EQ(answers("cers help Sample -ra"), "-radius -ram");
  EXPECT_EQ(answers("cers Sample -method "), "mean lee frost");
  EXPECT_EQ(answers("cers Sample -method lee "), "") << "one value is enough: file names";
  EXPECT_EQ(answers("cers Sample -list Water:NDWI V"), "Vegetation:NDVI");
  EXPECT_EQ(answers("cers Sample -list Vegetation:N"), "NDVI") << "bash keeps what stands before the colon";
  EXPECT_EQ(answers("cers Sample -verbose "), "true false");
  EXPECT_EQ(answers("cers Sample -out "), "");
  EXPECT_EQ(answers("cers Sample -out a.tif ui"), "uint8 uint16 uint32");
  EXPECT_EQ(answers("cers Sample -nodata -9999 -progress j"), "json");
}

TEST_F(Printers, man_page_has_no_warnings) {
  if (!has_program("groff")) GTEST_SKIP() << "groff is not installed";
  AppSpec spec = sample_;
  spec.doc += "\n\n.dots and 'quotes at the start, a \\ in the middle, `unpaired";
  const ScriptFile page(man_page(spec, engine_, "1.0"));
  int status = -1;
  const std::string warnings = output_of("groff -man -Tutf8 -K utf8 -ww -z " + page.path() + " 2>&1", status);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(warnings, "");
  const std::string text = output_of("groff -man -Tascii -K utf8 -P-c " + page.path() + " 2>/dev/null", status);
  EXPECT_TRUE(holds(text, ".dots and 'quotes at the start, a \\ in")) << text;
}

}  // namespace
}  // namespace cers
