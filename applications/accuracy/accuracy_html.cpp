// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../plots/svg.hpp"
#include "accuracy_report.hpp"

namespace cers::accuracy {
namespace {

std::string class_name(const AccuracyReport& report, int code) {
  const auto name = report.names.find(code);
  return name == report.names.end() ? std::to_string(code) : fmt::format("{} {}", code, name->second);
}

std::string percent(double share) {
  return std::isfinite(share) ? fmt::format("{:.1f}", 100 * share) : "–";
}

std::string percent(double share, const Interval& interval) {
  if (!std::isfinite(share)) return "–";
  return fmt::format("{} <small>{}–{}</small>", percent(share), percent(interval.low), percent(interval.high));
}

std::string cell(const std::string& text) {
  return "<td>" + text + "</td>";
}

std::string heading(std::initializer_list<const char*> titles) {
  std::string row = "<tr>";
  for (const char* title : titles) row += fmt::format("<th>{}</th>", title);
  return row + "</tr>\n";
}

std::string area_rows(const AccuracyReport& report) {
  const bool hectares = report.hectares_per_pixel.has_value();
  std::string rows = hectares ? heading({"class", "units", "mapped %", "true area %", "true area ha",
                                         "user's accuracy %", "producer's accuracy %", "F1 %"})
                              : heading({"class", "units", "mapped %", "true area %", "user's accuracy %",
                                         "producer's accuracy %", "F1 %"});
  for (const auto& one : report.area->classes) {
    rows += "<tr>" + cell(escaped_markup(class_name(report, one.code))) +
            cell(fmt::format("{:.0f}", one.reference_units)) + cell(percent(one.mapped_share)) +
            cell(percent(one.area.value, one.area.interval));
    if (hectares) {
      const double all = report.area->pixels * *report.hectares_per_pixel;
      rows += cell(fmt::format("{:.0f} <small>{:.0f}–{:.0f}</small>", one.area.value * all, one.area.interval.low * all,
                               one.area.interval.high * all));
    }
    rows += cell(percent(one.users.value, one.users.interval)) +
            cell(percent(one.producers.value, one.producers.interval)) + cell(percent(one.f1)) + "</tr>\n";
  }
  return rows;
}

std::string agreement_rows(const AccuracyReport& report) {
  std::string rows =
      heading({"class", "reference units", "map units", "precision (user's) %", "recall (producer's) %", "F1 %"});
  for (std::size_t i = 0; i < report.agreement.classes.size(); ++i) {
    const ClassScores& one = report.agreement.classes[i];
    const auto score = [&](double value, Interval AgreementIntervals::OfClass::*interval) {
      return cell(report.clustered ? percent(value, report.clustered->classes[i].*interval) : percent(value));
    };
    rows += "<tr>" + cell(escaped_markup(class_name(report, one.code))) + cell(fmt::format("{:.0f}", one.reference)) +
            cell(fmt::format("{:.0f}", one.mapped)) + score(one.users, &AgreementIntervals::OfClass::users) +
            score(one.producers, &AgreementIntervals::OfClass::producers) +
            score(one.f1, &AgreementIntervals::OfClass::f1) + "</tr>\n";
  }
  return rows;
}

std::string probability_section(const AccuracyReport& report) {
  const ProbabilityReport& p = *report.probabilities;
  std::string text = fmt::format(
      "<h2>Probabilities</h2>\n<p>Brier score {:.3f}, skill over stating the shares of the classes everywhere {:.3f}. "
      "Calibration error of the most probable class: {} %.</p>\n{}",
      p.brier.brier, p.brier.skill, percent(p.winner.calibration_error), reliability_svg(p));
  text += "<table>\n" + heading({"class", "share of units %", "Brier score", "Brier skill", "calibration error %"});
  for (std::size_t i = 0; i < p.codes.size(); ++i) {
    const Reliability& one = p.classes[i];
    const auto number = [](double v) { return std::isfinite(v) ? fmt::format("{:.3f}", v) : std::string("–"); };
    text += "<tr>" + cell(escaped_markup(class_name(report, p.codes[i]))) + cell(percent(one.prevalence)) +
            cell(number(one.brier)) + cell(number(one.skill)) + cell(percent(one.calibration_error)) + "</tr>\n";
  }
  return text + "</table>\n";
}

std::string means_section(const AccuracyReport& report) {
  const char* const differ =
      report.same_reference
          ? "hence in their samples and trees, not in the polygons they are judged on, whose choice is not in the "
            "intervals,"
          : "hence in the polygons kept aside,";
  std::string text =
      fmt::format(
          "<h2>Over several runs</h2>\n<p>Means over trainings that differ in their seed, {} with 95 % intervals "
          "of the mean (Student's t). All else on this page is of the first run.</p>\n<table>\n",
          differ) +
      heading({"score", "mean", "low", "high", "runs"});
  for (const MeanOfRuns& one : report.means) {
    const auto number = [](double v) { return std::isfinite(v) ? fmt::format("{:.4f}", v) : std::string("–"); };
    text += "<tr>" + cell(escaped_markup(one.score)) + cell(number(one.value)) + cell(number(one.interval.low)) +
            cell(number(one.interval.high)) + cell(std::to_string(one.runs)) + "</tr>\n";
  }
  return text + "</table>\n";
}

}  // namespace

std::string matrix_svg(const AccuracyReport& report) {
  constexpr double side = 46;
  constexpr double left = 190;
  constexpr double top = 70;
  const ConfusionMatrix& matrix = report.matrix;
  const auto n = static_cast<double>(matrix.size());
  std::string svg = svg_head(std::max(420.0, left + n * side + 20), top + n * side + 20, 10,
                             "Units: reference (rows) and map (columns)");
  for (std::size_t j = 0; j < matrix.size(); ++j)
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                       left + (static_cast<double>(j) + 0.5) * side, top - 8, matrix.classes()[j]);
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const double y = top + static_cast<double>(i) * side;
    const double total = matrix.reference_total(i);
    svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left - 8, y + side / 2 + 4,
                       escaped_markup(class_name(report, matrix.classes()[i])));
    for (std::size_t j = 0; j < matrix.size(); ++j) {
      const double share = total > 0 ? matrix.at(i, j) / total : 0;
      // Towards the first colour of the palette where right, the second where wrong.
      const auto blend = [&](int full) { return static_cast<int>(std::lround(255 + share * (full - 255))); };
      const std::array full = i == j ? std::array{0x00, 0x72, 0xb2} : std::array{0xd5, 0x5e, 0x00};
      const double x = left + static_cast<double>(j) * side;
      svg += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"#{:02x}{:02x}{:02x}\" stroke=\"#ccc\"/>\n",
          x, y, side, side, blend(full[0]), blend(full[1]), blend(full[2]));
      if (matrix.at(i, j) > 0)
        svg += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"11\" fill=\"{}\">{:.0f}</text>\n",
            x + side / 2, y + side / 2 + 4, share > 0.6 ? "white" : "black", matrix.at(i, j));
    }
  }
  return svg + "</svg>\n";
}

std::string reliability_svg(const ProbabilityReport& probabilities) {
  constexpr double width = 420;
  constexpr double height = 420;
  constexpr double left = 60;
  constexpr double top = 40;
  constexpr double side = 320;
  std::string svg = svg_head(width, height, 10, "Reliability of the most probable class");
  const auto at_x = [](double p) { return left + p * side; };
  const auto at_y = [](double p) { return top + (1 - p) * side; };
  for (int i = 0; i <= 5; ++i) {
    const double p = i / 5.0;
    svg += fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"#ddd\"/>\n"
        "<line x1=\"{3:.1f}\" x2=\"{4:.1f}\" y1=\"{5:.1f}\" y2=\"{5:.1f}\" stroke=\"#ddd\"/>\n"
        "<text x=\"{0:.1f}\" y=\"{6:.1f}\" text-anchor=\"middle\">{7:.1f}</text>\n"
        "<text x=\"{8:.1f}\" y=\"{9:.1f}\" text-anchor=\"end\">{7:.1f}</text>\n",
        at_x(p), at_y(0), at_y(1), at_x(0), at_x(1), at_y(p), at_y(0) + 18, p, left - 8, at_y(p) + 4);
  }
  svg += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#888\" stroke-dasharray=\"4 4\"/>\n",
      at_x(0), at_y(0), at_x(1), at_y(1));
  std::string path;
  const char* colour = plot_colours[0];
  for (const ReliabilityBin& bin : probabilities.winner.bins) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", at_x(bin.stated), at_y(bin.happened));
    svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\"/>\n", at_x(bin.stated),
                       at_y(bin.happened), colour);
  }
  if (!path.empty())
    svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\n", path, colour);
  svg += fmt::format(
      "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"middle\">stated probability</text>\n"
      "<text x=\"16\" y=\"{2:.1f}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {2:.1f})\">share that is "
      "right</text>\n",
      at_x(0.5), at_y(0) + 38, at_y(0.5));
  return svg + "</svg>\n";
}

std::string html_of(const AccuracyReport& report) {
  const char* title = report.area ? "Map accuracy" : "Agreement with a reference";
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n<style>\n"
      "body{{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em;line-height:1.4}}\n"
      "table{{border-collapse:collapse;margin:1em 0}}\ntd,th{{border:1px solid #ccc;padding:.3em "
      ".6em;text-align:right}}\n"
      "td:first-child,th:first-child{{text-align:left}}\nsmall{{color:#555}}\n"
      ".statement{{border-left:.4em solid #D55E00;padding:.5em 1em;background:#faf3ee}}\n"
      "</style>\n</head>\n<body>\n<h1>{0}</h1>\n<p class=\"statement\">{1}</p>\n<p>Map: {2}<br>Reference: {3}</p>\n",
      title, escaped_markup(report.statement), escaped_markup(report.map), escaped_markup(report.reference));
  const bool known = report.area || report.clustered;
  const double overall = report.area ? report.area->overall.value : report.agreement.overall;
  const Interval interval = report.area ? report.area->overall.interval
                            : known     ? report.clustered->overall
                                        : Interval{};
  text += fmt::format(
      "<p>Overall {}: <b>{} %</b>. Units: {:.0f}{}. Kappa of the units: {}. Disagreement of the units: {} % "
      "in quantity, {} % in place.</p>\n<p>{}</p>\n",
      report.area ? "accuracy" : "agreement", known ? percent(overall, interval) : percent(overall),
      report.matrix.total(), report.clusters > 0 ? fmt::format(" in {} clusters", report.clusters) : "",
      std::isfinite(report.agreement.kappa) ? fmt::format("{:.3f}", report.agreement.kappa) : "–",
      percent(report.agreement.quantity), percent(report.agreement.allocation), escaped_markup(report.intervals));
  if (!report.notes.empty()) {
    text += "<ul>\n";
    for (const std::string& note : report.notes) text += fmt::format("<li>{}</li>\n", escaped_markup(note));
    text += "</ul>\n";
  }
  text += "<h2>Classes</h2>\n<table>\n" + (report.area ? area_rows(report) : agreement_rows(report)) + "</table>\n";
  if (!report.means.empty()) text += means_section(report);
  text += "<h2>Confusion matrix</h2>\n" + matrix_svg(report);
  if (report.probabilities) text += probability_section(report);
  return text + "</body>\n</html>\n";
}

}  // namespace cers::accuracy
