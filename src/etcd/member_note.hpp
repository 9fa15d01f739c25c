// The note of a machine about its member of etcd, for its next start: who it is, whether its entry
// was finished, and where the others are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace k8s_node {

namespace paths {
inline constexpr const char* etcd_member_note = "/var/lib/k8s-node/etcd-member.json";
} // namespace paths

struct MemberNote {
    std::uint64_t id = 0;
    /// Its promotion was not read back: it has no vote that the others would miss.
    bool is_entering = false;
    std::vector<std::string> peers; ///< client URLs of the others
    bool operator==(const MemberNote&) const = default;
};

/// Returns the note; nullopt if there is none, or none that is understood.
[[nodiscard]] std::optional<MemberNote> read_member_note(const std::filesystem::path& path);

/// Writes it, unless it says so already. Throws Error.
void write_member_note(const std::filesystem::path& path, const MemberNote& note);

} // namespace k8s_node
