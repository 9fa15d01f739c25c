// The records of generations on disk, and queries over them.
#pragma once

#include "generations/system.hpp"
#include "model/generation_record.hpp"

namespace k8s_node {

/// Returns the record of a generation, nullopt if it has none. Throws Error if it cannot be read.
[[nodiscard]] std::optional<GenerationRecord> read_record(const Root& root, int number);

/// Like read_record(), but nullopt for a record that cannot be read.
[[nodiscard]] std::optional<GenerationRecord> known_record(const Root& root, int number);

/// Returns the recorded outcome, `fresh` if it is unknown.
[[nodiscard]] GenerationOutcome outcome_of(const Root& root, int number);

/// Replaces the whole record.
void save_record(const Root& root, int number, const GenerationRecord& record);

/// Removes the record of a generation that was removed.
void remove_record(const Root& root, int number);

/// Returns the numbers of all generations on disk, lowest first.
[[nodiscard]] std::vector<int> generation_numbers(const Root& root);

/// Returns the number of the next generation: one more than the highest.
[[nodiscard]] int next_generation_number(const Root& root);

/// Records which generation was current before, if there was another one.
void note_previous(int number, std::optional<int> previous, const System& system);

/// Records that the generation was seen working. Does nothing if it was good already.
void mark_good(int number, System& system);

/// Records that a run gave the generation up. Does nothing if it was ever good: then the machine
/// has changed, not the generation.
void mark_failed(int number, const std::string& reason, System& system);

/// Returns the good generations to roll back to from one that was given up, best first: the one
/// before it, then older ones, then newer ones.
[[nodiscard]] std::vector<int> rollback_candidates(const Root& root, int from);

/// Returns the newest generation with this outcome, other than `except`; if `below` is given, only
/// among those with lower numbers.
[[nodiscard]] std::optional<int> newest_with(GenerationOutcome outcome, const Root& root,
                                             int except, std::optional<int> below = {});

} // namespace k8s_node
