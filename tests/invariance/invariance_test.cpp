// SPDX-License-Identifier: Apache-2.0
// Runs the examples of every application of the registry for several tiles, memory ceilings and thread counts and
// compares file bytes: an application is covered from the day it is listed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "cers/applications.hpp"
#include "cers/cli/cli.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;

const Registry& registry() {
  static const Registry all(all_applications());
  return all;
}

/// The words of an example as a shell would split them (blanks, double and single quotes).
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (const char c : command) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      open = true;
    } else if (quote == 0 && (c == ' ' || c == '\n' || c == '\\')) {
      if (open || !word.empty()) words.push_back(word);
      word.clear();
      open = false;
    } else {
      word += c;
    }
  }
  if (open || !word.empty()) words.push_back(word);
  return words;
}

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
  std::map<std::string, std::string> files;  ///< name → bytes, inputs left out
};

/// Runs `words` in a fresh folder that holds links to the sample scene.
Outcome run(std::vector<std::string> words, const std::vector<std::string>& engine) {
  const fs::path scene = CERS_SAMPLE_SCENE;
  std::string pattern = (fs::temp_directory_path() / "cers-invariance-XXXXXX").string();
  const fs::path folder = ::mkdtemp(pattern.data());
  for (const auto& entry : fs::directory_iterator(scene)) {
    fs::create_symlink(fs::absolute(entry.path()), folder / entry.path().filename());
  }
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  words.erase(words.begin());  // "cers"
  words.insert(words.end(), engine.begin(), engine.end());
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome;
  outcome.code = run_command_line(words, registry(), out, err);
  fs::current_path(before);
  outcome.out = out.str();
  outcome.err = err.str();
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    outcome.files[fs::relative(entry.path(), folder).string()] = text_of(entry.path());
  }
  fs::remove_all(folder);
  return outcome;
}

class Invariance : public ::testing::TestWithParam<std::string> {};

TEST_P(Invariance, bytes_do_not_depend_on_tiles_threads_or_memory) {
  const AppSpec& spec = registry().find(GetParam())->spec;
  ASSERT_FALSE(spec.examples.empty()) << "every application shows how it is used";
  const std::vector<std::string> plain{"-progress", "0", "-record", "false"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), plain.begin(), plain.end());
    return more;
  };
  const std::vector<std::vector<std::string>> settings{
      with({"-tile", "64", "-threads", "8", "-ram", "2000"}), with({"-tile", "192", "-threads", "1", "-ram", "2000"}),
      with({"-tile", "512", "-threads", "2", "-ram", "2000"}), with({"-threads", "3", "-ram", "250"})};
  for (const Example& example : spec.examples) {
    const std::vector<std::string> words = words_of(example.command);
    ASSERT_GE(words.size(), 2U);
    ASSERT_EQ(words[0], "cers") << example.command;
    const Outcome first = run(words, with({"-threads", "1"}));
    ASSERT_EQ(first.code, 0) << example.command << "\n" << first.err;
    ASSERT_FALSE(first.files.empty() && first.out.empty()) << example.command << " made nothing";
    for (const auto& setting : settings) {
      const Outcome again = run(words, setting);
      ASSERT_EQ(again.code, 0) << example.command << "\n" << again.err;
      EXPECT_EQ(again.out, first.out) << example.command;
      ASSERT_EQ(again.files.size(), first.files.size());
      for (const auto& [name, bytes] : first.files) {
        const auto same = again.files.find(name);
        ASSERT_NE(same, again.files.end()) << name;
        EXPECT_TRUE(same->second == bytes)
            << name << " of " << example.command << " with " << setting[1] << " " << setting[3];
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryApplication, Invariance, ::testing::ValuesIn(registry().names()),
                         [](const auto& application) { return application.param; });

}  // namespace
}  // namespace cers
