// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cers/core/text.hpp"

namespace cers::cli_detail {
namespace {

/// Seconds until the end, from the share done; nothing while that says little.
std::optional<double> remaining(const Progress& progress) {
  if (progress.fraction < 0.01 || progress.elapsed_seconds < 0.5) return std::nullopt;
  return progress.elapsed_seconds * (1 - progress.fraction) / progress.fraction;
}

class Quiet final : public Observer {
 public:
  explicit Quiet(std::ostream& err) : err_(err) {}
  void on(const Warning& warning) override { err_ << "cers: warning: " << warning.text << "\n"; }

 private:
  std::ostream& err_;
};

class Bar final : public Observer {
 public:
  explicit Bar(std::ostream& err) : err_(err) {}
  void on(const PassStarted& pass) override {
    label_ = pass.passes > 1 ? pass.label + " " : "";
    draw({fraction_, drawn_at_});
  }
  void on(const Progress& progress) override {
    fraction_ = progress.fraction;
    if (progress.fraction < 1 && progress.elapsed_seconds - drawn_at_ < 0.1) return;
    draw(progress);
  }
  void on(const Warning& warning) override {
    clear();
    err_ << "cers: warning: " << warning.text << "\n";
  }
  void on(const RunReport& report) override {
    clear();
    err_ << closing_line(report) << std::endl;
  }

 private:
  void draw(const Progress& progress) {
    constexpr int cells = 30;
    drawn_at_ = progress.elapsed_seconds;
    const int full = static_cast<int>(progress.fraction * cells);
    std::string bar;
    for (int i = 0; i < cells; ++i) bar += i < full ? "█" : "░";
    const auto rest = remaining(progress);
    err_ << "\r\x1b[K" << label_ << bar << fmt::format(" {:3.0f} %", progress.fraction * 100)
         << (rest ? "  " + format_seconds(*rest) + " left" : "") << std::flush;
    shown_ = true;
  }
  void clear() {
    if (shown_) err_ << "\r\x1b[K";
    shown_ = false;
  }

  std::ostream& err_;
  std::string label_;
  double fraction_ = 0;
  double drawn_at_ = -1;
  bool shown_ = false;
};

class Lines final : public Observer {
 public:
  explicit Lines(std::ostream& err) : err_(err) {}
  void on(const PassStarted& pass) override {
    if (pass.passes > 1) err_ << pass.label << std::endl;
  }
  void on(const Progress& progress) override {
    const int tenth = static_cast<int>(progress.fraction * 10);
    // Short runs end before a line could tell anything.
    if (tenth <= last_ || tenth >= 10 || progress.elapsed_seconds < 2) return;
    last_ = tenth;
    const auto rest = remaining(progress);
    err_ << fmt::format("{} %{}", tenth * 10, rest ? ", " + format_seconds(*rest) + " left" : "") << std::endl;
  }
  void on(const Warning& warning) override { err_ << "cers: warning: " << warning.text << "\n"; }
  void on(const RunReport& report) override { err_ << closing_line(report) << std::endl; }

 private:
  std::ostream& err_;
  int last_ = 0;
};

class JsonLines final : public Observer {
 public:
  explicit JsonLines(std::ostream& err) : err_(err) {}
  void on(const PassStarted& pass) override {
    say({{"event", "pass"}, {"pass", pass.pass}, {"passes", pass.passes}, {"label", pass.label}});
  }
  void on(const Progress& progress) override {
    if (progress.fraction < 1 && progress.elapsed_seconds - said_at_ < 0.1) return;
    said_at_ = progress.elapsed_seconds;
    Json line{{"event", "progress"}, {"fraction", progress.fraction}, {"elapsed_s", progress.elapsed_seconds}};
    const auto rest = remaining(progress);
    line["eta_s"] = rest ? Json(*rest) : Json(nullptr);
    say(line);
  }
  void on(const Warning& warning) override { say({{"event", "warning"}, {"text", warning.text}}); }
  void on(const RunReport& report) override {
    say({{"event", "finished"},
         {"wall_s", report.wall_seconds},
         {"cpu_s", report.cpu_seconds},
         {"read_s", report.read_seconds},
         {"compute_s", report.compute_seconds},
         {"write_s", report.write_seconds},
         {"wait_s", report.wait_seconds},
         {"bound", report.bound()},
         {"threads", report.threads},
         {"passes", report.passes},
         {"tiles", report.tiles},
         {"blocks_decoded", report.blocks_decoded},
         {"blocks_planned", report.blocks_planned},
         {"peak_bytes", report.peak_bytes},
         {"planned_bytes", report.planned_bytes},
         {"outputs", report.outputs}});
  }

 private:
  using Json = nlohmann::ordered_json;
  void say(const Json& line) { err_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl; }

  std::ostream& err_;
  double said_at_ = -1;
};

}  // namespace

std::unique_ptr<Observer> make_progress(ProgressStyle style, bool terminal, std::ostream& err) {
  if (style == ProgressStyle::json) return std::make_unique<JsonLines>(err);
  if (style == ProgressStyle::off) return std::make_unique<Quiet>(err);
  if (terminal) return std::make_unique<Bar>(err);
  return std::make_unique<Lines>(err);
}

std::string closing_line(const RunReport& report) {
  const auto count = std::count_if(report.outputs.begin(), report.outputs.end(), [](const std::string& path) {
    return !path.empty() && !path.ends_with(".stac.json");
  });
  return fmt::format("{} file{} in {}, bound by {} (read {}, compute {}, write {} on {} thread{}), peak memory {}",
                     count, count == 1 ? "" : "s", format_seconds(report.wall_seconds), report.bound(),
                     format_seconds(report.read_seconds), format_seconds(report.compute_seconds),
                     format_seconds(report.write_seconds), report.threads, report.threads == 1 ? "" : "s",
                     format_bytes(report.peak_bytes));
}

}  // namespace cers::cli_detail
