// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace cers::cli_detail {
namespace {

RunReport report() {
  RunReport report;
  report.wall_seconds = 2.6;
  report.read_seconds = 3.1;
  report.compute_seconds = 0.4;
  report.write_seconds = 1.0;
  report.threads = 2;
  report.peak_bytes = 57'100'000;
  report.outputs = {"/maps/a.tif", "/maps/a.stac.json", ""};
  return report;
}

TEST(Progress, the_closing_line_names_the_bound_and_the_peak) {
  EXPECT_EQ(
      closing_line(report()),
      "1 file in 2.6 s, bound by read (read 3.1 s, compute 0.4 s, write 1.0 s on 2 threads), peak memory 57.1 MB");
}

TEST(Progress, json_is_one_object_a_line) {
  std::ostringstream err;
  const auto observer = make_progress(ProgressStyle::json, false, err);
  observer->on(PassStarted{1, 2, "pass 1/2: statistics"});
  observer->on(Progress{0.25, 1.0});
  observer->on(Warning{"a \"quoted\" name"});
  observer->on(report());
  std::istringstream lines(err.str());
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0]["label"], "pass 1/2: statistics");
  EXPECT_DOUBLE_EQ(events[1]["eta_s"].get<double>(), 3.0);
  EXPECT_EQ(events[2]["text"], "a \"quoted\" name");
  EXPECT_EQ(events[3]["bound"], "read");
  EXPECT_EQ(events[3]["peak_bytes"], 57'100'000);
}

TEST(Progress, lines_come_at_most_once_a_tenth) {
  std::ostringstream err;
  const auto observer = make_progress(ProgressStyle::on, false, err);
  for (int i = 0; i <= 1000; ++i) observer->on(Progress{i / 1000.0, 10.0 + i});
  std::istringstream lines(err.str());
  int count = 0;
  for (std::string line; std::getline(lines, line);) ++count;
  EXPECT_EQ(count, 9);
}

TEST(Progress, quiet_still_warns) {
  std::ostringstream err;
  const auto observer = make_progress(ProgressStyle::off, true, err);
  observer->on(Progress{0.5, 10});
  observer->on(report());
  EXPECT_EQ(err.str(), "");
  observer->on(Warning{"look here"});
  EXPECT_EQ(err.str(), "cers: warning: look here\n");
}

}  // namespace
}  // namespace cers::cli_detail
