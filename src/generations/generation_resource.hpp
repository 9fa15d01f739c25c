// Generations on disk: reading them, writing the next one, switching the current one.
#pragma once

#include <map>

#include "generations/system.hpp"

namespace k8s_node {

/// A generation that is to be current.
struct Target {
    const Generation& generation;
    std::optional<int> number{}; ///< nullopt: not on disk yet
};

/// Reads a generation as it is on disk now, edited files included. Throws Error if there is none of
/// this number (naming those there are), if it is incomplete, and if its manifest was written by a
/// newer program.
[[nodiscard]] Generation read_generation(const Root& root, int number);

/// Reads the generation that `current` points at, as it is on disk; returns an empty one if there
/// is none. If its manifest is damaged or missing, installed_manifest() is used instead: the next
/// install writes anew what differs. Throws NewerFormat.
[[nodiscard]] Generation read_current_generation(const Root& root);
/// Like read_current_generation(), but for any number.
[[nodiscard]] Generation read_damaged_generation(const Root& root, int number);

/// Returns the manifest of what is installed, for callers without the configuration: that of the
/// current generation or, if it cannot be read, of the newest good one that can. nullopt without a
/// current generation, and if no manifest can be read. Throws NewerFormat.
[[nodiscard]] std::optional<Manifest> installed_manifest(const Root& root);

/// Returns the number of the current generation, nullopt if there is none. Throws Error where that
/// cannot be told.
[[nodiscard]] std::optional<int> current_generation_number(const Root& root);

/// Returns the SHA-256 digest of each file, by path.
[[nodiscard]] std::map<std::string, std::string> digests_of(const Generation& generation);

/// Returns what differs from what was published, one line per file: "config/a was edited",
/// "units/x.service is missing", "y does not belong here". Empty also without a record.
[[nodiscard]] std::vector<std::string> edited_files(const Root& root, int number,
                                                    const Generation& generation);

/// Removes the unfinished generation of a killed run.
void remove_unfinished_generation(const Root& root);

/// Returns the change of `current` and the reload that follows from it; nothing if the target is
/// current already.
[[nodiscard]] std::vector<Change> check_generation(const Target& target, const Generation& current,
                                                   const Root& root);

/// Returns the number of the target on disk. A new one is written under the next free number,
/// atomically and after its record; one that equals the generation given up last keeps that number.
int publish_generation(const Target& target, const Generation& current, System& system);

/// Points `current` at a generation that is on disk.
void make_current(int number, System& system);

/// Removes `current`, as before the first generation; the generations on disk stay.
void make_none_current(System& system);

} // namespace k8s_node
