// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>

#include "accuracy_report.hpp"

namespace cers::accuracy {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json with_interval(double value, const Interval& interval) {
  return {{"value", number(value)}, {"low", number(interval.low)}, {"high", number(interval.high)}};
}

Json of(const Estimate& estimate) {
  Json json = with_interval(estimate.value, estimate.interval);
  json["standard_error"] = number(estimate.standard_error);
  json["interval"] = estimate.wilson ? "wilson" : "normal";
  return json;
}

Json rows_of(const ConfusionMatrix& matrix) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < matrix.size(); ++j) row.push_back(matrix.at(i, j));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json of(const Reliability& one) {
  Json bins = Json::array();
  for (const ReliabilityBin& bin : one.bins)
    bins.push_back({{"stated", bin.stated}, {"observed", bin.happened}, {"units", bin.weight}});
  return {{"prevalence", number(one.prevalence)},
          {"brier", number(one.brier)},
          {"brier_skill", number(one.skill)},
          {"calibration_error", number(one.calibration_error)},
          {"reliability", std::move(bins)}};
}

Json class_json(const AccuracyReport& report, std::size_t i) {
  const ClassScores& scores = report.agreement.classes[i];
  Json json{{"code", scores.code}};
  const auto name = report.names.find(scores.code);
  if (name != report.names.end()) json["name"] = name->second;
  json["reference_units"] = scores.reference;
  json["map_units"] = scores.mapped;
  if (report.area) {
    const auto& area = report.area->classes[i];
    json["effective_units"] = number(area.effective_units);
    json["mapped_share"] = area.mapped_share;
    json["area_share"] = of(area.area);
    if (report.hectares_per_pixel) {
      const double hectares = report.area->pixels * *report.hectares_per_pixel;
      json["area_hectares"] = {{"value", area.area.value * hectares},
                               {"low", area.area.interval.low * hectares},
                               {"high", area.area.interval.high * hectares}};
    }
    json["users_accuracy"] = of(area.users);
    json["producers_accuracy"] = of(area.producers);
    json["f1"] = number(area.f1);
    return json;
  }
  if (!report.clustered) {
    json["users_accuracy"] = number(scores.users);
    json["producers_accuracy"] = number(scores.producers);
    json["f1"] = number(scores.f1);
    return json;
  }
  const auto& intervals = report.clustered->classes[i];
  json["users_accuracy"] = with_interval(scores.users, intervals.users);
  json["producers_accuracy"] = with_interval(scores.producers, intervals.producers);
  json["f1"] = with_interval(scores.f1, intervals.f1);
  return json;
}

}  // namespace

std::string json_of(const AccuracyReport& report) {
  Json json{{"kind", report.area ? "map accuracy" : "agreement"},
            {"statement", report.statement},
            {"map", report.map},
            {"reference", report.reference},
            {"units", report.matrix.total()},
            {"clusters", report.clusters},
            {"intervals", report.intervals},
            {"notes", report.notes}};
  if (report.area)
    json["overall_accuracy"] = of(report.area->overall);
  else if (report.clustered)
    json["overall_accuracy"] = with_interval(report.agreement.overall, report.clustered->overall);
  else
    json["overall_accuracy"] = number(report.agreement.overall);
  json["kappa"] = report.clustered ? with_interval(report.agreement.kappa, report.clustered->kappa)
                                   : number(report.agreement.kappa);
  json["quantity_disagreement"] = number(report.agreement.quantity);
  json["allocation_disagreement"] = number(report.agreement.allocation);
  json["classes"] = Json::array();
  for (std::size_t i = 0; i < report.agreement.classes.size(); ++i) json["classes"].push_back(class_json(report, i));
  json["matrix"] = {{"rows", "reference"}, {"columns", "map"}, {"codes", report.matrix.classes()}};
  json["matrix"]["units"] = rows_of(report.matrix);
  if (report.area) json["matrix"]["area_shares"] = rows_of(report.area->shares);
  if (report.probabilities) {
    const ProbabilityReport& p = *report.probabilities;
    json["probabilities"] = {{"brier", number(p.brier.brier)}, {"brier_skill", number(p.brier.skill)}};
    json["probabilities"]["most_probable_class"] = of(p.winner);
    json["probabilities"]["classes"] = Json::array();
    for (std::size_t i = 0; i < p.codes.size(); ++i) {
      Json one{{"code", p.codes[i]}};
      one.update(of(p.classes[i]));
      json["probabilities"]["classes"].push_back(std::move(one));
    }
  }
  return json.dump(2) + "\n";
}

}  // namespace cers::accuracy
