// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cers/core/error.hpp"
#include "sample_app.hpp"

namespace cers {
namespace {

using sample::Method;
using sample::Params;

Setting setting(std::string key, std::vector<std::string> tokens, Location where = {}) {
  return {std::move(key), std::move(tokens), std::move(where)};
}

std::vector<std::string> faults_of(const Diagnostics& diagnostics) {
  std::vector<std::string> faults;
  for (const Diagnostic& one : diagnostics.faults()) faults.push_back(one.fault);
  return faults;
}

using Texts = std::vector<std::string>;

TEST(declare, defaults_come_from_the_struct) {
  const AppSpec spec = sample::spec();
  EXPECT_EQ(spec.find_param("verbose")->defaults, Texts{"false"});
  EXPECT_EQ(spec.find_param("radius")->defaults, Texts{"3"});
  EXPECT_EQ(spec.find_param("scale")->defaults, Texts{"0.1"});
  EXPECT_EQ(spec.find_param("mode")->defaults, Texts{"Fast"});
  EXPECT_EQ(spec.find_param("method")->defaults, Texts{"lee"});
  EXPECT_EQ(spec.find_param("channels")->defaults, (Texts{"1", "2"}));
  EXPECT_EQ(spec.find_param("names")->defaults, (Texts{"a b", ""}));
  EXPECT_EQ(spec.find_param("nodata")->defaults, Texts{});
  EXPECT_EQ(spec.find_param("exp")->defaults, Texts{}) << "a required parameter has no usable default";
}

TEST(declare, kinds_follow_from_the_members) {
  const AppSpec spec = sample::spec();
  const auto kind = [&](const char* key) { return std::string(name_of(spec.find_param(key)->kind)); };
  EXPECT_EQ(kind("verbose"), "boolean");
  EXPECT_EQ(kind("radius"), "integer");
  EXPECT_EQ(kind("scale"), "real");
  EXPECT_EQ(kind("exp"), "text");
  EXPECT_EQ(kind("mode"), "choice");
  EXPECT_EQ(kind("method"), "choice");
  EXPECT_EQ(kind("channels"), "integer_list");
  EXPECT_EQ(kind("weights"), "real_list");
  EXPECT_EQ(kind("names"), "text_list");
  EXPECT_EQ(kind("list"), "choice_list");
  EXPECT_EQ(kind("fallback"), "choice");
  EXPECT_TRUE(spec.find_param("fallback")->optional);
}

TEST(declare, modifiers_apply_to_what_was_declared_last) {
  const AppSpec spec = sample::spec();
  EXPECT_FALSE(spec.find_input("il")->optional);
  EXPECT_TRUE(spec.find_input("il")->list);
  EXPECT_TRUE(spec.find_input("mask")->optional);
  EXPECT_EQ(spec.find_output("out")->type, PixelType::u8);
  EXPECT_FALSE(spec.find_output("out")->optional);
  EXPECT_EQ(spec.find_output("stats")->kind, OutputKind::file);
  EXPECT_TRUE(spec.find_output("stats")->optional);
  EXPECT_TRUE(spec.find_param("seed")->advanced);
  EXPECT_FALSE(spec.find_param("label")->advanced);
  EXPECT_EQ(spec.find_param("radius")->unit, "pixel");
  EXPECT_EQ(spec.find_param("il"), nullptr);
  EXPECT_EQ(spec.keys().front(), "il");
  EXPECT_EQ(spec.keys().size(), 4 + spec.params.size());
}

struct Small {
  int number = 5;
  std::string text;
};

TEST(declare, mistakes_of_ours_are_internal_errors) {
  const auto declare = [] { return Declare<Small>("Small", ""); };
  EXPECT_THROW(declare().unit("m"), InternalError);
  EXPECT_THROW(declare().input("in", "").range(0, 1), InternalError);
  EXPECT_THROW(declare().param("x", &Small::number, "").optional(), InternalError);
  EXPECT_THROW(declare().input("x", "").rounds(), InternalError);
  EXPECT_THROW(declare().file_output("x", "").rounds(), InternalError);
  EXPECT_TRUE(declare().output("x", "").rounds().done().outputs.back().rounds);
  EXPECT_THROW(declare().param("Upper", &Small::number, ""), InternalError);
  EXPECT_THROW(declare().param("12", &Small::number, ""), InternalError);
  EXPECT_THROW(declare().param("a..b", &Small::number, ""), InternalError);
  EXPECT_THROW(declare().param("x", &Small::text, "").range(0, 1), InternalError);
  EXPECT_THROW(declare().param("x", &Small::number, "").range(2, 1), InternalError);
  EXPECT_THROW(declare().param("x", &Small::number, "").choices({{"1", ""}}), InternalError);
  EXPECT_THROW(declare().param("x", &Small::number, "").range(0, 4).done(), InternalError) << "default out of range";
  EXPECT_THROW(declare().param("x", &Small::text, "").choices({{"a", ""}}).done(), InternalError) << "default is ''";
  EXPECT_THROW(declare().param("x", &Small::number, "").only_if("y", "a").done(), InternalError);
  EXPECT_NO_THROW(declare().param("x", &Small::text, "").choices({{"a", ""}}).required().done());
}

TEST(param_values, settings_go_over_defaults) {
  const AppSpec spec = sample::spec();
  Diagnostics diagnostics;
  const ParamValues values = ParamValues::parse(
      spec, {setting("exp", {"a+b"}), setting("method", {"frost"}), setting("channels", {})}, diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  const auto& params = *static_cast<const Params*>(values.data());
  EXPECT_EQ(params.exp, "a+b");
  EXPECT_EQ(params.method, Method::frost);
  EXPECT_EQ(params.radius, 3);
  EXPECT_TRUE(params.channels.empty());
  EXPECT_TRUE(values.user_set("method"));
  EXPECT_FALSE(values.user_set("radius"));
}

TEST(param_values, resolved_settings_give_the_same_values_again) {
  const AppSpec spec = sample::spec();
  Diagnostics diagnostics;
  const std::vector<Setting> given{setting("exp", {"x"}), setting("nodata", {"-9999"}), setting("names", {"", "é"})};
  const std::vector<Setting> first = ParamValues::parse(spec, given, diagnostics).resolved(spec);
  const std::vector<Setting> second = ParamValues::parse(spec, first, diagnostics).resolved(spec);
  ASSERT_TRUE(diagnostics.ok());
  ASSERT_EQ(first.size(), second.size());
  EXPECT_EQ(first.size(), spec.params.size() - 3) << "seed, label and fallback are absent";
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].key, second[i].key);
    EXPECT_EQ(first[i].tokens, second[i].tokens);
  }
}

TEST(param_values, all_faults_are_found_in_one_go) {
  const AppSpec spec = sample::spec();
  Diagnostics diagnostics;
  ParamValues::parse(spec,
                     {setting("raduis", {"1"}, {"p.yaml", 3, 5}), setting("radius", {"0"}), setting("scale", {"1"}),
                      setting("scale", {"2"}), setting("weights", {"1"})},
                     diagnostics);
  EXPECT_EQ(faults_of(diagnostics),
            (Texts{"Sample has no key -raduis", "-radius takes a whole number from 1 to 10 pixel, not '0'",
                   "-scale is given twice", "Sample needs -exp <text>"}));
  EXPECT_EQ(diagnostics.faults()[0].remedy, "did you mean 'radius'?");
  EXPECT_EQ(diagnostics.faults()[0].where.text(), "p.yaml:3:5");
  EXPECT_EQ(diagnostics.faults()[3].remedy, "Expression.");
}

TEST(param_values, the_applications_own_rule_runs_last) {
  const AppSpec spec = sample::spec();
  Diagnostics diagnostics;
  ParamValues::parse(spec, {setting("exp", {"x"}), setting("weights", {"1"})}, diagnostics);
  EXPECT_EQ(faults_of(diagnostics), Texts{"-weights and -channels differ in length"});
}

TEST(param_values, the_key_of_another_choice_is_a_warning) {
  const AppSpec spec = sample::spec();
  Diagnostics diagnostics;
  const std::vector<Setting> given{setting("exp", {"x"}), setting("method.lee.rad", {"2"}),
                                   setting("method", {"mean"})};
  ParamValues::parse(spec, given, diagnostics);
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(diagnostics.warnings(),
            Texts{"-method.lee.rad has no effect: it belongs to -method lee, and -method is mean"});

  Diagnostics quiet;
  ParamValues::parse(spec, {setting("exp", {"x"}), setting("method.lee.rad", {"2"})}, quiet);
  EXPECT_TRUE(quiet.warnings().empty());
}

struct Conditional {
  std::string kind = "plain";
  std::vector<std::string> files;
};

TEST(param_values, a_required_key_is_required_only_while_it_has_an_effect) {
  const AppSpec spec = Declare<Conditional>("Conditional", "")
                           .param("kind", &Conditional::kind, "")
                           .choices({{"plain", ""}, {"listed", ""}})
                           .param("kind.listed.files", &Conditional::files, "Files.")
                           .required()
                           .only_if("kind", "listed")
                           .done();
  Diagnostics plain;
  ParamValues::parse(spec, {}, plain);
  EXPECT_TRUE(plain.ok());
  Diagnostics missing;
  ParamValues::parse(spec, {setting("kind", {"listed"})}, missing);
  EXPECT_EQ(faults_of(missing), Texts{"Conditional needs -kind.listed.files <text>..."});
  Diagnostics empty;
  ParamValues::parse(spec, {setting("kind", {"listed"}), setting("kind.listed.files", {})}, empty);
  EXPECT_EQ(faults_of(empty), Texts{"-kind.listed.files needs at least one value"});
}

}  // namespace
}  // namespace cers
