// The machine architecture of a binary.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace k8s_node {

/// Returns "amd64", "arm64" or "ELF machine N" from the first 20 bytes of a file; nullopt if it
/// is not ELF (a script, say).
[[nodiscard]] std::optional<std::string> elf_architecture(std::span<const std::byte> head);

} // namespace k8s_node
