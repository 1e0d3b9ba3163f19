// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <gtest/gtest.h>

#include "cers/params/declare.hpp"
#include "one_step.hpp"
#include "pipeline_keys.hpp"

namespace cers::cli_detail {
namespace {

TEST(Arguments, keys_and_values_are_told_apart_as_in_otb) {
  for (const char* key : {"-in", "-mode.extent.ulx", "-il", "-sx2"}) EXPECT_TRUE(is_key_token(key)) << key;
  for (const char* value :
       {"-9999", "-0.5", "-1e3", "-inf", "-im1b1*2", "-(im1b1)", "-", "-A", "in", "--in", "-a..b", ""}) {
    EXPECT_FALSE(is_key_token(value)) << value;
  }
  EXPECT_TRUE(is_key_token("-B4_red", true));
  EXPECT_FALSE(is_key_token("-B4_red"));
}

TEST(Arguments, values_follow_their_key_and_blanks_are_trimmed) {
  Diagnostics diagnostics;
  const auto settings = parse_arguments({"-il", "a.tif", " b.tif ", "", "-nodata", "-10000", "-out", "o.tif", "uint8"},
                                        false, diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  ASSERT_EQ(settings.size(), 3U);
  EXPECT_EQ(settings[0].tokens, (std::vector<std::string>{"a.tif", "b.tif"}));
  EXPECT_EQ(settings[1].tokens, (std::vector<std::string>{"-10000"}));
  EXPECT_EQ(settings[2].tokens, (std::vector<std::string>{"o.tif", "uint8"}));
}

TEST(Arguments, every_fault_is_found_at_once) {
  Diagnostics diagnostics;
  (void)parse_arguments({"stray", "-in", "a", "--exp", "b", "-in", "c"}, false, diagnostics);
  ASSERT_EQ(diagnostics.faults().size(), 3U);
  EXPECT_EQ(diagnostics.faults()[0].fault, "'stray' stands before any key");
  EXPECT_EQ(diagnostics.faults()[1].remedy, "write -exp");
  EXPECT_EQ(diagnostics.faults()[2].fault, "-in is given twice");
}

struct Params {
  int radius = 1;
};
AppSpec sample() {
  return Declare<Params>("Blur", "Blurs.")
      .input("in", "Image.")
      .input("mode.mask", "Mask.")
      .optional()
      .output("out", "Result.")
      .file_output("stats.xml", "Statistics.")
      .optional()
      .param("radius", &Params::radius, "Radius.")
      .done();
}

TEST(OneStep, a_command_is_a_pipeline_of_one_step) {
  Diagnostics diagnostics;
  const Document document = one_step_document(
      sample(),
      {{"in", {"a.tif"}, {}}, {"mode.mask", {"m.tif"}, {}}, {"out", {"{x}.tif", "uint8"}, {}}, {"radius", {"3"}, {}}},
      diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  ASSERT_EQ(document.inputs.size(), 2U);
  EXPECT_EQ(document.inputs[1].id, "mode_mask");
  ASSERT_EQ(document.steps.size(), 1U);
  EXPECT_EQ(document.steps[0].settings[1].key, "mode.mask");
  EXPECT_EQ(document.steps[0].settings[1].tokens[0], "mode_mask");
  ASSERT_EQ(document.outputs.size(), 1U);
  EXPECT_EQ(document.outputs[0].from, "Blur.out");
  EXPECT_EQ(document.outputs[0].to, "{{x}.tif") << "a brace on the command line is no template";
  EXPECT_EQ(document.outputs[0].type, "uint8");
}

TEST(OneStep, reports_unknown_keys_missing_outputs_and_types) {
  Diagnostics diagnostics;
  (void)one_step_document(sample(), {{"radus", {"3"}, {}}, {"in", {}, {}}}, diagnostics);
  ASSERT_EQ(diagnostics.faults().size(), 3U);
  EXPECT_EQ(diagnostics.faults()[0].remedy, "did you mean 'radius'?");
  EXPECT_EQ(diagnostics.faults()[1].fault, "-in needs a file name");
  EXPECT_EQ(diagnostics.faults()[2].fault, "Blur needs -out FILE [pixel type]");
  Diagnostics types;
  (void)one_step_document(sample(), {{"in", {"a"}, {}}, {"out", {"o.tif", "cfloat"}, {}}}, types);
  ASSERT_EQ(types.faults().size(), 1U);
  EXPECT_TRUE(types.faults()[0].remedy.starts_with("complex pixels are not supported"));
}

Document pipeline() {
  Diagnostics diagnostics;
  Document document = parse_document(
      "cers: 1\ninputs:\n  b4: {help: Red}\nparameters:\n  limit: {default: 0.4, range: [0, 1]}\n"
      "steps:\n  - {id: s, app: Blur, in: b4, radius: $limit}\noutputs:\n  o: {from: s, to: o.tif}\n",
      "p.yaml", diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  return document;
}

TEST(PipelineKeys, inputs_and_parameters_are_keys) {
  Document document = pipeline();
  Diagnostics diagnostics;
  const std::string folder =
      bind_settings(document, {{"b4", {"B4.tif"}, {}}, {"limit", {"0.5"}, {}}, {"out.dir", {"maps"}, {}}}, diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  EXPECT_EQ(folder, "maps");
  EXPECT_EQ(document.inputs[0].files, (std::vector<std::string>{"B4.tif"}));
  EXPECT_EQ(document.parameters[0].values, (std::vector<std::string>{"0.5"}));
}

TEST(PipelineKeys, out_of_range_and_unknown_keys_are_faults) {
  Document document = pipeline();
  Diagnostics diagnostics;
  bind_settings(document, {{"limit", {"1.5"}, {}}, {"limt", {"0.1"}, {}}}, diagnostics);
  ASSERT_EQ(diagnostics.faults().size(), 2U);
  EXPECT_EQ(diagnostics.faults()[0].fault, "-limit: 1.5 is outside the range 0 to 1 of 'limit'");
  EXPECT_EQ(diagnostics.faults()[1].remedy, "did you mean 'limit'?");
}

}  // namespace
}  // namespace cers::cli_detail
