// Signs files, and tells who has signed them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace k8s_node {

/// A key of this machine's trust.d, for display.
struct KeyEntry {
    std::string name;
    std::string id;
    bool removed = false;
};

/// Writes the signature of a file, or of a bundle's manifest, to FILE.sig, by a private key (PEM).
/// Returns the id of the key. Throws Error.
std::string sign_file(const std::filesystem::path& file, const std::filesystem::path& key);

/// Returns the trusted key that signed a file or bundle. Throws Error(verification) if none has.
[[nodiscard]] KeyEntry verify_file(const std::filesystem::path& file, const Root& root);

[[nodiscard]] std::vector<KeyEntry> list_keys(const Root& root);

} // namespace k8s_node
