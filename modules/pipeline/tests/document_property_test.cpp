// SPDX-License-Identifier: Apache-2.0
// Properties of the pipeline document over random documents and damaged texts, with fixed seeds.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "cers/core/pixel_type.hpp"
#include "cers/pipeline/document.hpp"
#include "document_samples.hpp"

namespace cers {
namespace {

/// Seeded random documents that keep the rules.
class RandomDocuments {
 public:
  explicit RandomDocuments(unsigned seed) : random_(seed) {}

  Document next() {
    Document d;
    d.name = text();
    d.doc = text();
    for (std::size_t i = 0, n = below(4); i < n; ++i) d.inputs.push_back(input(i));
    for (std::size_t i = 0, n = below(4); i < n; ++i) d.parameters.push_back(parameter(i));
    for (std::size_t i = 0, n = 1 + below(4); i < n; ++i) {
      StepDecl step{"s" + std::to_string(i), "App" + text(), {}, {}};
      for (std::size_t k = 0, m = below(5); k < m; ++k) {
        step.settings.push_back({"k" + std::to_string(k) + "." + text(), texts(), {}});
      }
      if (i > 0) step.settings.push_back({"in", {"s" + std::to_string(i - 1) + ".out"}, {}});
      if (i == 0) {
        for (const ParameterDecl& p : d.parameters) step.settings.push_back({"use" + p.id, {"$" + p.id}, {}});
      }
      d.steps.push_back(step);
    }
    for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
      const bool typed = below(2) == 0;
      d.outputs.push_back({"o" + std::to_string(i),
                           "s0.out",
                           std::to_string(i) + text(),
                           std::string(typed ? name_of(all_pixel_types[below(7)]) : ""),
                           below(2) == 0,
                           {}});
    }
    return d;
  }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  double real() {
    if (below(3) == 0) return static_cast<double>(below(1000));
    return std::ldexp(std::uniform_real_distribution<double>(-1, 1)(random_), static_cast<int>(below(200)) - 100);
  }

  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",   "Z9",   " ",      "  ",     ":",      ": ",     "#",          " #",     "'",      "\"",    "\\",
        "\n",  "\n\n", "\t",     "\r\n",   "{",      "}",      "[",          "]",      ",",      "&",     "*",
        "!",   "|",    ">",      "%",      "@",      "`",      "no",         "~",      "null",   "012",   "1e-3",
        "---", "...",  "- ",     "? ",     "é",      "…",      "\U0001F600", "\x01",   "\x1b",   "\x7f",  "=",
        "<<",  "true", "\u0085", "\u2028", "\ufeff", "\u0080", "\ufffe",     "\ud7ff", "\u00a0", "\ue000"};
    std::string result;
    for (std::size_t i = 0, n = below(8); i < n; ++i) result += pieces[below(pieces.size())];
    return result;
  }

  std::vector<std::string> texts() {
    std::vector<std::string> result(below(4));
    for (std::string& one : result) one = text();
    return result;
  }

  InputDecl input(std::size_t i) {
    static const std::vector<std::string> kinds = {"raster", "product", "vector", "file"};
    static const std::vector<std::string> ways = {"", "nearest", "bilinear", "cubic", "average"};
    InputDecl in;
    in.id = "i" + std::to_string(i);
    in.kind = kinds[below(4)];
    in.help = text();
    if (i > 0 && below(2) == 0) in.align = "i" + std::to_string(i - 1) + ".B4";
    in.resampling = ways[below(5)];
    in.scale = 1 + std::abs(real());
    in.offset = real();
    if (below(2) == 0) in.nodata = below(3) == 0 ? std::numeric_limits<double>::quiet_NaN() : real();
    in.list = below(2) == 0;
    in.files = texts();
    if (!in.list && in.files.size() > 1) in.files.resize(1);
    return in;
  }

  ParameterDecl parameter(std::size_t i) {
    ParameterDecl p;
    p.id = "p" + std::to_string(i);
    p.help = text();
    p.unit = text();
    p.has_default = below(2) == 0;
    if (below(2) == 0) {
      p.maximum = real();
      if (below(2) == 0) p.minimum = *p.maximum - 1;
    } else if (p.choices = texts(); p.choices.empty()) {
      if (p.has_default) p.defaults = texts();
      p.values = texts();
    } else {
      if (p.has_default) p.defaults = {p.choices[0]};
      p.values = p.choices;
    }
    return p;
  }

  std::mt19937 random_;
};

TEST(Document, CanonicalJsonReadsBackAsTheSameDocument) {
  RandomDocuments random(20240607);
  for (int i = 0; i < 500; ++i) {
    const Document d = random.next();
    const std::string json = canonical_json(d);
    Diagnostics diagnostics;
    const Document again = parse_document(json, "again.json", diagnostics);
    ASSERT_TRUE(diagnostics.ok()) << json << listing(diagnostics);
    ASSERT_TRUE(again == d) << json << "\nbecame\n" << canonical_json(again);
    ASSERT_EQ(canonical_json(again), json);
  }
}

TEST(Document, AnyBytesEndInADocumentOrInFaults) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::string marks = "{}[]:,-#&*!|>'\"%@`$\n\t ?.~\\";
  int good = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text = i % 4 == 3 ? canonical_json(RandomDocuments(static_cast<unsigned>(i)).next()) : snow;
    for (std::size_t k = 0, n = 1 + below(6); k < n; ++k) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text[at] = marks[below(marks.size())];
          break;
        case 2:
          text.insert(at, 1, marks[below(marks.size())]);
          break;
        case 3:
          text.erase(at, 1 + below(10));
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(40)));
          break;
      }
    }
    Diagnostics diagnostics;
    const Document d = parse_document(text, "f", diagnostics);
    for (const Diagnostic& fault : diagnostics.faults()) {
      ASSERT_FALSE(fault.fault.empty());
      ASSERT_GE(fault.where.line, 1);
      ASSERT_GE(fault.where.column, 1);
    }
    if (!diagnostics.ok()) continue;
    ++good;
    Diagnostics again;
    ASSERT_TRUE(parse_document(canonical_json(d), "f", again) == d) << text << listing(again);
    ASSERT_TRUE(again.ok()) << listing(again);
  }
  EXPECT_GT(good, 50);
}

}  // namespace
}  // namespace cers
