// Generations on disk: reading them, writing the next, choosing the current.
#pragma once

#include <map>

#include "apply/system.hpp"

namespace k8s_node {

/// A generation that is to be current.
struct Target {
    const Generation& generation;
    std::optional<int> number{}; ///< nullopt: not on disk yet
};

/// A generation as it is on disk now, edited files included. Throws Error if
/// there is none of this number (naming those there are), if it is not whole,
/// and if its manifest is of a newer program.
[[nodiscard]] Generation read_generation(const Root& root, int number);

/// The one that `current` points at, as it is there; an empty one without one.
/// Where its manifest is damaged or gone, installed_manifest() stands in: what
/// differs is written anew by the next install. Throws NewerFormat.
[[nodiscard]] Generation read_current_generation(const Root& root);
/// The same for any number.
[[nodiscard]] Generation read_damaged_generation(const Root& root, int number);

/// What this machine is, for what is asked without the configuration: the
/// manifest of the current generation or, where that cannot be read, of the
/// newest good one that can. nullopt without a current generation, and where no
/// manifest can be read. Throws NewerFormat.
[[nodiscard]] std::optional<Manifest> installed_manifest(const Root& root);

/// The number of the current generation, nullopt without one.
[[nodiscard]] std::optional<int> current_generation_number(const Root& root);

/// SHA-256 of each file, by path.
[[nodiscard]] std::map<std::string, std::string> digests_of(const Generation& generation);

/// What is not as it was published, one line a file: "config/a was edited",
/// "units/x.service is missing", "y does not belong here". Empty also where no
/// record tells.
[[nodiscard]] std::vector<std::string> edited_files(const Root& root, int number,
                                                    const Generation& generation);

/// Removes what a killed run was writing.
void remove_unfinished_generation(const Root& root);

/// The change of `current` and the reload that follows from it; empty if the
/// target is what is current.
[[nodiscard]] std::vector<Change> check_generation(const Target& target, const Generation& current,
                                                   const Root& root);

/// The number under which the target is on disk: written now under the next
/// free one, whole or not at all and with its record before it, or, if it is
/// the very one that was given up last, again under that one's.
int publish_generation(const Target& target, const Generation& current, System& system);

/// Points `current` at a generation that is on disk.
void make_current(int number, System& system);

/// Lets no generation be current, as before the first one; those on disk stay.
void make_none_current(System& system);

} // namespace k8s_node
