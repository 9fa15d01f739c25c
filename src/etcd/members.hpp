// The members of a cluster of etcd: who they are, and what may be changed about them. Facts:
// etcd v3.6, server/etcdserver/server.go (mayRemoveMember, mayAddMember, mayPromoteMember).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node {

struct Member {
    std::uint64_t id = 0;
    std::string name;                     ///< empty until it has started for the first time
    std::vector<std::string> peer_urls;   ///< "https://192.0.2.10:2380"
    std::vector<std::string> client_urls; ///< "https://192.0.2.10:2379"; empty like the name
    bool is_learner = false;              ///< it has no vote yet

    [[nodiscard]] bool has_started() const noexcept { return !name.empty(); }
    bool operator==(const Member&) const = default;
};

/// Returns an ID as etcdctl writes it, in hexadecimal.
[[nodiscard]] std::string id_text(std::uint64_t id);

/// Returns the ID that id_text() wrote; nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_id(const std::string& text);

/// Returns a member for people: "n1 (8e9e05c52164694d)", or its peer URL if it has no name yet.
[[nodiscard]] std::string member_text(const Member& member);

/// Reads the reply to a list, an addition, a removal or a promotion: all have the members as they
/// are afterwards. Throws Error if it is none.
[[nodiscard]] std::vector<Member> read_members(const nlohmann::json& reply);

/// Returns the ID of the member that gave a reply. Throws Error if it does not say it.
[[nodiscard]] std::uint64_t answering_member(const nlohmann::json& reply);

/// Returns the member of this ID, or null; likewise of this name.
[[nodiscard]] const Member* find_member(const std::vector<Member>& members, std::uint64_t id);
[[nodiscard]] const Member* find_member(const std::vector<Member>& members,
                                        const std::string& name);

/// Returns the number of members with a vote, and how many of them are a majority of `voters`.
[[nodiscard]] std::size_t count_voters(const std::vector<Member>& members);
[[nodiscard]] std::size_t majority_of(std::size_t voters);

/// Returns why a member must not be removed while only `answering` (IDs) answer: what would remain
/// could decide nothing any more. nullopt if it may be.
[[nodiscard]] std::optional<std::string> why_not_remove(const std::vector<Member>& members,
                                                        std::uint64_t id,
                                                        const std::set<std::uint64_t>& answering);

} // namespace k8s_node
