// Parts of a kubeconfig's tree: taking values and references out of them, with complaints that
// name the place and what was looked for, and never show a value that may be a credential.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tree.hpp"

namespace k8s_node {

/// A map of the file and what it is, for messages: "the user 'admin'".
struct Part {
    const Tree& map;
    std::string what;
};

/// A list of named entries in the file.
struct Listing {
    std::string list; ///< "users"
    std::string kind; ///< "user"
};

/// Throws Error(configuration) "PATH:LINE:COLUMN: what".
[[noreturn]] void complain(const Position& at, const std::string& what);

/// Complains that a part lacks something; a key that is spelt much like one of `keys` is named as
/// the likely reason.
[[noreturn]] void complain_of_lack(const Part& part, const std::string& lack,
                                   const std::vector<std::string>& keys);

/// Returns the value of a key, nullptr if there is none: null stands for nothing.
[[nodiscard]] const Tree* value_at(const Part& part, std::string_view key);

/// Returns a text, empty if there is none. Complains about anything but a text.
[[nodiscard]] std::string text_at(const Part& part, const std::string& key);

/// Like text_at(), but complains if there is none.
[[nodiscard]] std::string require_text(const Part& part, const std::string& key);

/// Returns the maps of a list, none if there is no list. Complains about anything else.
[[nodiscard]] std::vector<Part> entries_of(const Part& file, const std::string& list);

/// Returns the body of the entry that `from` refers to by its value of `key`; of several with one
/// name the first, as in client-go. Complains if there is none.
[[nodiscard]] Part referred(const Part& file, const Listing& where, const Part& from,
                            const std::string& key);

} // namespace k8s_node
