#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Snow masks of simulated scenes against their truth: the default profile beside Let-it-snow 1.5.

    scoreboard.py CERS FOLDER [--seeds 20] [--recipes standard alternative maritime] [--cases "mixed winter" ...] [--risk]

Scenes are made once in FOLDER and kept. Scores are taken over pixels whose truth is clear of cloud and cloud shadow; the
event is that snow covers at least a share of the pixel as seen from above. Accuracies, omission and commission count
pixels that a profile calls snow or no snow; the yield is the share of clear pixels that it does not call cloud: water and
ice are labels too. "False snow" is the share of pixels under truth cloud, on ground without snow, that are called snow.
Differences of accuracy and of false snow are paired by scene with a 95 % bootstrap interval. Where the default profile
labels fewer pixels than Let-it-snow by more than half a point, accuracies are compared at equal yield too, in two ways of
which the worse is the verdict: the default profile labels what Let-it-snow labels (scores.filled_up), and Let-it-snow
leaves out what the default profile is least sure of (scores.cut_down). Let-it-snow gets the DEM with its voids filled, as its users must. Prints Markdown; the
exit status is 1 if the default profile is worse on a case.

--risk adds, after the tables, the accuracy of the default profile when only the pixels it is most sure of are labelled:
those whose -out.probability lies farthest from 50. Coverage is the share of labelled clear pixels, all scenes together.
guards.py and fraction.py, beside this, score the guards of the default profile and FractionalSnowCover.
"""
import argparse
import collections
import concurrent.futures
import os
import sys

import numpy as np

from scenes import CASES, PROFILES, dem_of, layers, product_of, scene, simulated, stem_of, truth_of
from scores import (HEADLINE, TREES, accuracy, clear_of, cut_down, filled_up, interval, kappa, lake_scores, scores, share,
                    three_class_kappa, verdict)

RISK_CASES = ["mixed winter", "weather as drawn"]
LAKE_CASE = "turbid and frozen lakes"
COVERAGES = [0.5, 0.7, 0.9, 1.0]
UNEQUAL_YIELD = 0.005
# Options that switch the guards off which call clear pixels cloud: a probability stands then wherever lis15 labels.
NO_GUARDS = ["-cloud.green", "100", "-cloud.iceshare", "1", "-pass1.nir", "100"]


def over(seeds, work):
    """Results by seed, from 1."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, range(1, seeds + 1)))


def probability(options, recipe, case, seed, more):
    """Mask and percent of the default profile with `more` options."""
    path = simulated(options.cers, options.folder, recipe, case, seed)
    found = layers(options.cers, "SnowMask", ["-in", product_of(path), "-dem", dem_of(path), *more],
                   stem_of(options.folder, recipe, case, seed, "probability"), ["out", "out.probability"])
    return truth_of(path), found["out"], found["out.probability"]


def sureness(options, recipe, case, seed):
    """Labelled clear pixels and right ones by distance of the probability from 50, 0 to 50."""
    truth, mask, percent = probability(options, recipe, case, seed, [])
    viewable = truth["snow_viewable"]
    used = clear_of(truth) & ((mask == 0) | (mask == 100)) & (percent <= 100)
    sure = np.abs(percent[used].astype(int) - 50)
    right = (mask[used] == 100) == (viewable[used] >= HEADLINE)
    return np.bincount(sure, minlength=51), np.bincount(sure[right], minlength=51)


def accuracies_at(pixels, right):
    """At COVERAGES, surest first; of a distance that is taken in part, the mean of its pixels counts."""
    pixels, right = pixels[::-1].cumsum(), right[::-1].cumsum()
    wanted = np.array(COVERAGES) * pixels[-1]
    return np.interp(wanted, np.r_[0, pixels], np.r_[0, right]) / np.maximum(1, wanted)


def print_risk(options, recipe):
    print("\nAccuracy at 0.25 of the default profile by the share of pixels labelled, surest first:\n")
    print("| case | " + " | ".join(f"{100 * c:.0f} %" for c in COVERAGES) + " |\n" + "|---" * (1 + len(COVERAGES)) + "|")
    for case in [case for case in options.cases if case in RISK_CASES]:
        counts = over(options.seeds, lambda seed: sureness(options, recipe, case, seed))
        pixels, right = (sum(one[i] for one in counts) for i in (0, 1))
        print(f"| {case} | " + " | ".join(f"{a:.4f}" for a in accuracies_at(pixels, right)) + " |", flush=True)


def print_row(case, name, total):
    t, g = total[HEADLINE], total["ground"]
    print(f"| {case} | {name} | {accuracy(t):.4f} | {kappa(t):.3f} | {three_class_kappa(total['three']):.3f} "
          f"| {t[2] / max(1, t[0] + t[2]):.3f} | {t[1] / max(1, t[0] + t[1]):.3f} | {share(total['yield']):.3f} "
          f"| {share(total['false cloud']):.3f} | {share(total['false snow']):.4f} | {accuracy(total[0.10]):.4f} "
          f"| {accuracy(total[0.50]):.4f} | {accuracy(total[0.75]):.4f} | {accuracy(total['sharp']):.4f} "
          f"| {kappa(g):.3f}, {g[2] / max(1, g[0] + g[2]):.3f}, {g[1] / max(1, g[0] + g[1]):.3f} |", flush=True)


def paired(own, lis, random):
    """Gains of accuracy, of accuracy where both label, and of false snow, each as mean and interval."""
    pairs = list(zip(own, lis))
    accuracies = [interval([accuracy(a[key]) - accuracy(b[key]) for a, b in pairs], random) for key in (HEADLINE, "both")]
    # Scenes without cloud over bare ground say nothing of false snow.
    falses = [share(b["false snow"]) - share(a["false snow"]) for a, b in pairs if a["false snow"][1] > 0]
    return *accuracies, interval(falses, random) if falses else (0, 0, 0)


def equal_yield(options, recipe, case, scenes, random):
    """Of both ways to equal yield: accuracies of lis15 and of the default profile, and the paired gain."""
    def one(seed):
        _, mask, percent = probability(options, recipe, case, seed, NO_GUARDS)
        certainty = np.where((percent <= 100) & (mask <= 100), np.abs(percent.astype(int) - 50), -1)
        truth, masks = scenes[seed - 1]
        masks = {name: masks[name] for name in ("lis15", "standard")}
        return filled_up(truth, masks, mask), cut_down(truth, masks, certainty)
    for tables in zip(*over(options.seeds, one)):
        totals = [accuracy(sum(one[name] for one in tables)) for name in ("lis15", "standard")]
        yield totals, interval([accuracy(one["standard"]) - accuracy(one["lis15"]) for one in tables], random)


def print_lakes(scenes):
    print("\nLakes, clear pixels of all scenes: how many, and the shares called snow, ice (211), and neither nor cloud:\n")
    print("| profile | clear water | turbid water | snow on lake ice | bare lake ice |\n|" + "---|" * 5)
    for name in scenes[0][1]:
        found = [lake_scores(truth, masks[name]) for truth, masks in scenes]
        cells = []
        for kind in found[0]:
            n, snow, ice, none = sum(one[kind] for one in found)
            cells.append(f"{n:.0f}: {snow / max(1, n):.4f}, {ice / max(1, n):.4f}, {none / max(1, n):.4f}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def print_case(options, recipe, case, random, counts):
    """The rows of a case; what is to be printed after the table."""
    scenes = over(options.seeds, lambda seed: scene(options.cers, options.folder, recipe, case, seed))
    per = {name: [scores(truth, masks[name], masks["standard" if name == "lis15" else "lis15"])
                  for truth, masks in scenes] for name in scenes[0][1]}
    totals = {name: {key: sum(one[key] for one in ones) for key in ones[0]} for name, ones in per.items()}
    for name, total in totals.items():
        print_row(case, name, total)
    (mean, low, high), (same, same_low, same_high), falses = paired(per["standard"], per["lis15"], random)
    verdicts = verdict(low), verdict(falses[1])
    for what, found in zip(("accuracy", "false snow"), verdicts):
        counts[what, found] += 1
    parts = []
    for key in [name for name, *_ in TREES] + ["shade"]:
        both = [accuracy(totals[name][key]) for name in ("lis15", "standard")]
        parts.append(f"{key} {both[0]:.3f} → {both[1]:.3f}")
    text = (f"- **{case}**: {verdicts[0]}, {mean:+.4f} [{low:+.4f}, {high:+.4f}]; on pixels that both label "
            f"{same:+.4f} [{same_low:+.4f}, {same_high:+.4f}]; false snow {verdicts[1]}, less by {falses[0]:+.4f} "
            f"[{falses[1]:+.4f}, {falses[2]:+.4f}]; {'; '.join(parts)}")
    if share(totals["lis15"]["yield"]) - share(totals["standard"]["yield"]) > UNEQUAL_YIELD:
        (both, gain), (cut, of_cut) = equal_yield(options, recipe, case, scenes, random)
        found = verdict(min(gain[1], of_cut[1]))
        counts["accuracy at equal yield", found] += 1
        text += (f"; at equal yield {found}, {both[0]:.4f} → {both[1]:.4f}, {gain[0]:+.4f} "
                 f"[{gain[1]:+.4f}, {gain[2]:+.4f}] (lis15 without what the default profile is least sure of: "
                 f"{cut[0]:.4f} → {cut[1]:.4f}, {of_cut[0]:+.4f} [{of_cut[1]:+.4f}, {of_cut[2]:+.4f}])")
    return text, scenes if case == LAKE_CASE else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cers")
    parser.add_argument("folder")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--recipes", nargs="+", default=["standard", "alternative"])
    parser.add_argument("--cases", nargs="+", default=list(CASES))
    parser.add_argument("--risk", action="store_true")
    options = parser.parse_args()
    random = np.random.default_rng(1)
    counts = collections.Counter()
    for recipe in options.recipes:
        print(f"\n## Recipe `{recipe}`, {options.seeds} scenes a case\n")
        print("| case | profile | accuracy ≥ 0.25 | kappa | 3-class kappa | omission | commission | yield | false cloud "
              "| false snow | ≥ 0.10 | ≥ 0.50 | ≥ 0.75 | without 0.10–0.50 | on the ground: kappa, omission, commission |")
        print("|" + "---|" * 15)
        details = []
        lakes = None
        for case in options.cases:
            text, scenes = print_case(options, recipe, case, random, counts)
            details.append(text)
            lakes = lakes or scenes
        print("\nAccuracy at 0.25, standard less lis15, and false snow, lis15 less standard, paired by scene with a 95 % "
              "interval; accuracy by kind of ground:\n")
        print("\n".join(details), flush=True)
        if lakes:
            print_lakes(lakes)
        if options.risk:
            print_risk(options, recipe)
    cases = len(options.recipes) * len(options.cases)
    print(f"\nOf {cases} cases:\n")
    for what in ("accuracy", "false snow", "accuracy at equal yield"):
        found = {name: counts[what, name] for name in ("better", "not worse", "WORSE")}
        if sum(found.values()) > 0:
            print(f"- {what}: " + ", ".join(f"{name.lower()} in {n}" for name, n in found.items())
                  + ("" if sum(found.values()) == cases else f" of {sum(found.values())} where it is asked"))
    return 1 if any(n > 0 for (_, name), n in counts.items() if name == "WORSE") else 0


if __name__ == "__main__":
    sys.exit(main())
