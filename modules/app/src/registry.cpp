// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"

namespace cers {

Registry::Registry(std::vector<Application> applications) : applications_(std::move(applications)) {
  std::sort(applications_.begin(), applications_.end(),
            [](const Application& a, const Application& b) { return a.spec.name < b.spec.name; });
  for (std::size_t i = 0; i < applications_.size(); ++i) {
    const AppSpec& spec = applications_[i].spec;
    if (i > 0 && spec.name == applications_[i - 1].spec.name) {
      throw InternalError(fmt::format("application {} is registered twice", spec.name));
    }
    std::set<std::string> seen;
    for (const std::string& key : spec.keys()) {
      if (!seen.insert(key).second) throw InternalError(fmt::format("{} declares -{} twice", spec.name, key));
    }
  }
}

const Application* Registry::find(std::string_view name) const {
  for (const Application& application : applications_) {
    if (application.spec.name == name) return &application;
  }
  return nullptr;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const Application& application : applications_) names.push_back(application.spec.name);
  return names;
}

std::vector<const AppSpec*> Registry::specs() const {
  std::vector<const AppSpec*> specs;
  for (const Application& application : applications_) specs.push_back(&application.spec);
  return specs;
}

}  // namespace cers
