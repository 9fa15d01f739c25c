// The keys in an EncryptionConfiguration (apiserver.config.k8s.io/v1), as text to text. The key
// that the first provider of an entry names first encrypts what is written; with all others what
// was written before can be read. Whatever else the file says stays. Pure; `path`
// names the file in messages, PATH:LINE:COLUMN, none of which shows a key. All throw Error for
// what is no such YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Returns "key2": a name that no key has. Throws Error(unsuitable) for a file that encrypts
/// nothing, or by a provider that keeps its keys elsewhere.
[[nodiscard]] std::string free_key_name(const std::string& path, const std::string& text);

/// Returns the names of the first provider's keys, of the first entry, in their order. Throws like
/// free_key_name().
[[nodiscard]] std::vector<std::string> key_names(const std::string& path, const std::string& text);

/// Adds the key after those that there are, unless one has this name.
[[nodiscard]] std::string add_encryption_key(const std::string& path, const std::string& text,
                                             const std::string& name, const std::string& secret);

/// Lets the key of this name encrypt. Throws Error if there is none.
[[nodiscard]] std::string use_encryption_key(const std::string& path, const std::string& text,
                                             const std::string& name);

/// Removes the other keys of the same provider. Throws Error unless the key of this name encrypts.
[[nodiscard]] std::string keep_encryption_key(const std::string& path, const std::string& text,
                                              const std::string& name);

/// Returns the resources that are encrypted: "secrets".
[[nodiscard]] std::vector<std::string> encrypted_resources(const std::string& path,
                                                           const std::string& text);

} // namespace k8s_node
