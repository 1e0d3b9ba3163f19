#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Probabilities of a forest on regions and a year that it never saw: do they hold?

    unseen.py CERS FOLDER [SEED ...]

A forest is trained on a simulated season of one region, and its votes are calibrated there, on wrong labels too. Other
regions a year later are mapped with it, by default three whose seeds follow each other, and all pixels are scored against
the truth: accuracy, which must lie where probabilities matter (0.75 to 0.92); Brier skill over the prevalence of the
classes, of all together and of each that is common and has polygons enough; and calibration errors in ten bins of equal
counts, of each class (their mean) and of the class of the map. The same forest without calibration stands beside and must
give the same map.
docs/design/land-cover.md holds the table of six regions and says where the bounds come from.
"""
import sys

import harness
import seasons

np, _ = harness.numpy_and_gdal()
import scores  # which needs them
from scores import read

# Mean of the table's six regions and twice the standard error of a mean of three of them, rounded outwards.
LEAST_SKILL = 0.49
MOST_CLASSWISE = 0.023
MOST_WINNER = 0.07
COMMON = 0.01  # a class of fewer pixels is hardly there: its skill is chance

test = harness.Test(*sys.argv[1:3])
seeds = [int(seed) for seed in sys.argv[3:]] or [11, 12, 13]

KINDS = ("power", "none")
seasons.write_pipeline(
    "train", "step: 20",
    "\n".join(f"{{id: {kind}, app: TrainImagesClassifier, io.il: features.out, io.vd: $polygons, sample.vfn: label, "
              "sample.bm: 0, sample.vtr: 0, sample.mt: 2000, classifier.rf.max: 25, classifier.rf.min: 5, "
              f"classifier.rf.acc: 0, classifier.rf.nbtrees: 100, classifier.rf.calibration: {kind}}}" for kind in KINDS),
    "\n".join(f"{kind}: {{from: {kind}.io.out, to: {kind}.cers}}" for kind in KINDS), "polygons: {}")
# The days of another year are in the names of the features: these go by their order.
seasons.write_pipeline("map", "step: 20", """
{id: calibrated, app: ImageClassifier, in: features.out, model: power.cers, names: ignore}
{id: plain, app: ImageClassifier, in: features.out, model: none.cers, names: ignore}
""", """
power: {from: calibrated.out, to: power.tif, type: uint8}
none: {from: plain.out, to: none.tif, type: uint8}
probabilities: {from: calibrated.probamap, to: probabilities.tif, type: uint16}
shares: {from: plain.probamap, to: shares.tif, type: uint16}
""")


def row(name, stated, happened):
    """Skill and calibration errors, printed."""
    skill, classwise, winner = (scores.brier_skill(stated, happened),
                                scores.classwise_error(stated, happened),
                                scores.winner_error(stated, happened))
    print(f"| {name} | {stated.max(axis=0).mean():.3f} | {skill:.3f} | {classwise:.4f} | {winner:.3f} |")
    return skill, classwise, winner


scenes = seasons.simulate(test, "here", first="2021-01-10", side=640, seed=7, polygons=800)
reference = seasons.polygons_of("here")
told = test.run("run", "train.yaml", "-scenes", *scenes, "-polygons", reference, "-out.dir", ".", "-record", "false")
print("\n".join(line for line in told.splitlines() if "samples" in line))
codes = [one["code"] for one in harness.model_header("power.cers")["classes"]]
learned = np.isin(codes, scores.learnable(reference))

regions = {"probabilities": [], "shares": []}
happened = []
print("| region | accuracy and mean stated | Brier skill | class-wise error | error of the map's class |")
for seed in seeds:
    scenes = seasons.simulate(test, f"there{seed}", first="2022-01-12", side=320, seed=seed, polygons=0)
    truths = seasons.truth_of(f"there{seed}")
    truth, names = read(f"{truths}/TRUTH_class.tif"), f"{truths}/CLASSES.csv"
    test.run("run", "map.yaml", "-scenes", *scenes, "-out.dir", "mapped", "-record", "false")
    there = np.isin(truth, codes) & (read("mapped/power.tif") > 0)
    happened.append(scores.indicator(truth[there], codes))
    right = (read("mapped/power.tif") == truth)[there].mean()
    print(f"seed {seed}: accuracy {right:.3f}; of a class of the model {np.isin(truth, codes).mean():.3f}")
    if not np.array_equal(read("mapped/power.tif"), read("mapped/none.tif")):
        test.check(f"the map of region {seed} is the one of the shares", False)
    for kind, stated in regions.items():
        stated.append(read(f"mapped/{kind}.tif").astype(float)[:, there] / 1000)
        row(f"{seed}, {kind}", stated[-1], happened[-1])

happened = np.concatenate(happened, axis=1)
stated = {kind: np.concatenate(parts, axis=1) for kind, parts in regions.items()}
plain = row("all, shares", stated["shares"], happened)
skill, classwise, winner = row("all, probabilities", stated["probabilities"], happened)
accuracy = happened[stated["probabilities"].argmax(axis=0), np.arange(happened.shape[1])].mean()
print("stated and found, all classes together, where neither is certain:")
for kind in stated:
    print(f"  {kind}: " + ", ".join(f"{p:.2f} {h:.2f}" for p, h in scores.reliability(stated[kind], happened)))
with open(names, encoding="utf-8") as table:
    of = dict(line.split(",")[:2] for line in list(table)[1:])
skills = scores.class_skills(stated["probabilities"], happened)
for k, code in enumerate(codes):
    print(f"  {of.get(str(code), code)}: {happened[k].mean():.4f} of the pixels, stated "
          f"{stated['probabilities'][k].mean():.4f}, skill {skills[k]:.2f}{'' if learned[k] else ', starved'}")

test.gate("accuracy on regions and a year never seen", accuracy, 0.75, 0.92)
test.gate("Brier skill over prevalence there", skill, LEAST_SKILL, 1.0)
test.gate("class-wise calibration error there", classwise, 0.0, MOST_CLASSWISE)
test.gate("calibration error of what the map states", winner, 0.0, MOST_WINNER)
common = learned & (happened.mean(axis=1) >= COMMON)
test.check("each common class has skill", skills[common].min() > 0, f"least {skills[common].min():.2f}")
test.check("shares of the votes would not do", plain[1] > MOST_CLASSWISE and plain[2] > MOST_WINNER,
           f"{plain[1]:.4f} and {plain[2]:.3f}")
test.finish()
