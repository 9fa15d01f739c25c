#include "archive/elf.hpp"

#include <algorithm>
#include <array>
#include <elf.h>

namespace k8s_node {

std::optional<std::string> elf_architecture(std::span<const std::byte> head) {
    constexpr std::array magic = {std::byte{ELFMAG0}, std::byte{ELFMAG1}, std::byte{ELFMAG2},
                                  std::byte{ELFMAG3}};
    constexpr std::size_t machine_at = 18; // e_machine, for 32 and 64 bits
    if (head.size() < machine_at + 2 || !std::equal(magic.begin(), magic.end(), head.begin())) {
        return std::nullopt;
    }
    const auto first = std::to_integer<unsigned>(head[machine_at]);
    const auto second = std::to_integer<unsigned>(head[machine_at + 1]);
    const bool big_endian = head[EI_DATA] == std::byte{ELFDATA2MSB};
    const unsigned machine = big_endian ? (first << 8U) + second : (second << 8U) + first;
    switch (machine) {
    case EM_X86_64:
        return "amd64";
    case EM_AARCH64:
        return "arm64";
    default:
        return "ELF machine " + std::to_string(machine);
    }
}

} // namespace k8s_node
