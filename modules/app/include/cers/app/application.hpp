// SPDX-License-Identifier: Apache-2.0
// An application is a description of its parameters and a function that wires nodes.
//
//   struct Quicklook {
//     struct Params { int ratio = 2; };
//     static AppSpec spec();                               // Declare<Params>("Quicklook", …)….done()
//     static void wire(const Params&, Wiring&);            // adds nodes, opens no pixels
//   };
//   Application cers_app_Quicklook() { return application<Quicklook>(); }
//
// CMake's cers_application(Quicklook quicklook.cpp) lists it in the generated registry.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/params/app_spec.hpp"
#include "cers/params/declare.hpp"

namespace cers {

struct Application {
  AppSpec spec;
  std::function<void(const void* params, Wiring& wiring)> wire;
};

template <class A>
Application application() {
  return {A::spec(),
          [](const void* params, Wiring& wiring) { A::wire(*static_cast<const typename A::Params*>(params), wiring); }};
}

/// All applications of a program, sorted by name.
class Registry {
 public:
  /// Throws InternalError when two share a name or a key is declared twice.
  explicit Registry(std::vector<Application> applications);
  /// Null when there is none of that name.
  const Application* find(std::string_view name) const;
  const std::vector<Application>& all() const { return applications_; }
  std::vector<std::string> names() const;
  std::vector<const AppSpec*> specs() const;

 private:
  std::vector<Application> applications_;
};

}  // namespace cers
