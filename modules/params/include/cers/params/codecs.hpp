// SPDX-License-Identifier: Apache-2.0
// Tokens to values and back, for the templates of declare.hpp. Applications do not call these.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cers/params/app_spec.hpp"

namespace cers::detail {

// read_…: the fault in one sentence, or an empty text; `value` is set only when there is no fault. The kind, range and
// choices of `spec` are checked.
std::string read_token(const ParamSpec& spec, const std::string& token, bool& value);
std::string read_token(const ParamSpec& spec, const std::string& token, int& value);
std::string read_token(const ParamSpec& spec, const std::string& token, double& value);
/// A choice is stored under its declared name, whatever the case it was written in.
std::string read_token(const ParamSpec& spec, const std::string& token, std::string& value);
std::string read_choice(const ParamSpec& spec, const std::string& token, std::size_t& index);
/// The fault of giving none or several tokens to a parameter that takes one.
std::string count_fault(const ParamSpec& spec, const std::vector<std::string>& tokens);

std::string print_value(bool value);
std::string print_value(int value);
std::string print_value(double value);
std::string print_value(const std::string& value);
std::string print_choice(const ParamSpec& spec, std::size_t index);

/// How one member is read and printed; `params` points to the struct that holds it.
struct Codec {
  ParamKind kind = ParamKind::text;
  std::vector<Choice> choices;
  bool optional = false;
  std::function<std::string(const ParamSpec& spec, void* params, const std::vector<std::string>& tokens)> read;
  std::function<std::vector<std::string>(const ParamSpec& spec, const void* params)> print;
};

template <class T>
struct Shape {
  using Scalar = T;
  static constexpr bool list = false, optional = false;
};
template <class T>
struct Shape<std::vector<T>> {
  using Scalar = T;
  static constexpr bool list = true, optional = false;
};
template <class T>
struct Shape<std::optional<T>> {
  using Scalar = T;
  static constexpr bool list = false, optional = true;
};

template <class T>
constexpr ParamKind scalar_kind() {
  if constexpr (std::is_enum_v<T>)
    return ParamKind::choice;
  else if constexpr (std::is_same_v<T, bool>)
    return ParamKind::boolean;
  else if constexpr (std::is_same_v<T, int>)
    return ParamKind::integer;
  else if constexpr (std::is_same_v<T, double>)
    return ParamKind::real;
  else {
    static_assert(std::is_same_v<T, std::string>,
                  "members are bool, int, double, std::string, enums, and lists of them");
    return ParamKind::text;
  }
}

constexpr ParamKind list_kind(ParamKind scalar) {
  if (scalar == ParamKind::integer) return ParamKind::integer_list;
  if (scalar == ParamKind::real) return ParamKind::real_list;
  return scalar == ParamKind::choice ? ParamKind::choice_list : ParamKind::text_list;
}

template <class T>
std::string read_scalar(const ParamSpec& spec, const std::string& token, T& value) {
  if constexpr (std::is_enum_v<T>) {
    std::size_t index = 0;
    std::string fault = read_choice(spec, token, index);
    if (fault.empty()) value = static_cast<T>(index);
    return fault;
  } else {
    return read_token(spec, token, value);
  }
}

template <class T>
std::string print_scalar(const ParamSpec& spec, const T& value) {
  if constexpr (std::is_enum_v<T>)
    return print_choice(spec, static_cast<std::size_t>(value));
  else
    return print_value(value);
}

template <class Params, class Member>
std::string read_member(const ParamSpec& spec, Params& params, Member Params::*member,
                        const std::vector<std::string>& tokens) {
  using Scalar = typename Shape<Member>::Scalar;
  if constexpr (Shape<Member>::list) {
    Member values;
    for (const std::string& token : tokens) {
      Scalar value{};
      if (std::string fault = read_scalar(spec, token, value); !fault.empty()) return fault;
      values.push_back(std::move(value));
    }
    params.*member = std::move(values);
    return {};
  } else {
    if (std::string fault = count_fault(spec, tokens); !fault.empty()) return fault;
    Scalar value{};
    std::string fault = read_scalar(spec, tokens.front(), value);
    if (fault.empty()) params.*member = std::move(value);
    return fault;
  }
}

template <class Params, class Member>
std::vector<std::string> print_member(const ParamSpec& spec, const Params& params, Member Params::*member) {
  std::vector<std::string> tokens;
  if constexpr (Shape<Member>::list) {
    for (const auto& value : params.*member) tokens.push_back(print_scalar(spec, value));
  } else if constexpr (Shape<Member>::optional) {
    if (params.*member) tokens.push_back(print_scalar(spec, *(params.*member)));
  } else {
    tokens.push_back(print_scalar(spec, params.*member));
  }
  return tokens;
}

template <class Params, class Member>
Codec make_codec(Member Params::*member) {
  using Scalar = typename Shape<Member>::Scalar;
  static_assert(!(Shape<Member>::list && std::is_same_v<Scalar, bool>), "lists of bool are not supported");
  Codec codec;
  codec.kind = Shape<Member>::list ? list_kind(scalar_kind<Scalar>()) : scalar_kind<Scalar>();
  codec.optional = Shape<Member>::optional;
  if constexpr (std::is_enum_v<Scalar>) codec.choices = choices_of(Scalar{});
  codec.read = [member](const ParamSpec& spec, void* params, const std::vector<std::string>& tokens) {
    return read_member(spec, *static_cast<Params*>(params), member, tokens);
  };
  codec.print = [member](const ParamSpec& spec, const void* params) {
    return print_member(spec, *static_cast<const Params*>(params), member);
  };
  return codec;
}

}  // namespace cers::detail
