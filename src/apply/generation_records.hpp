// The records of generations on disk, and what is asked of them.
#pragma once

#include "apply/system.hpp"
#include "model/generation_record.hpp"

namespace k8s_node {

/// The record of a generation; nullopt for one that has none. Throws Error for
/// one that cannot be read.
[[nodiscard]] std::optional<GenerationRecord> read_record(const Root& root, int number);

/// The same, but nullopt for one that cannot be read: what it said is not known.
[[nodiscard]] std::optional<GenerationRecord> known_record(const Root& root, int number);

/// `fresh` where it is not known.
[[nodiscard]] GenerationOutcome outcome_of(const Root& root, int number);

/// Replaces the record, whole.
void save_record(const Root& root, int number, const GenerationRecord& record);

/// Forgets a generation that is gone.
void remove_record(const Root& root, int number);

/// Numbers of all generations that are on disk, lowest first.
[[nodiscard]] std::vector<int> generation_numbers(const Root& root);

/// The number that the next generation gets: one more than the highest.
[[nodiscard]] int next_generation_number(const Root& root);

/// Remembers which one was current before, if any was and it is another one.
void note_previous(int number, std::optional<int> previous, const System& system);

/// The generation was seen working. Nothing if it was good already.
void mark_good(int number, System& system);

/// A run gave the generation up. Nothing if it was good once: then the
/// machine has changed, not the generation.
void mark_failed(int number, const std::string& reason, System& system);

/// The good generations to go back to from one that was given up, best first:
/// the one before it, then older ones, then newer ones.
[[nodiscard]] std::vector<int> ways_back(const Root& root, int from);

/// The newest generation with this outcome, other than `except`; if `below`
/// is given, only among those with lower numbers.
[[nodiscard]] std::optional<int> newest_with(GenerationOutcome outcome, const Root& root,
                                             int except, std::optional<int> below = {});

} // namespace k8s_node
