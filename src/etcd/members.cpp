#include "etcd/members.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "cluster/json_text.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

/// 64-bit numbers are texts in etcd's JSON, since those of JSON are not exact.
std::uint64_t number_at(const json& object, const char* key) {
    const auto text = object.value(key, std::string("0"));
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest != end) {
        throw Error("etcd gave a member the ID \"" + text + "\", which is no number");
    }
    return number;
}

Member read_member(const json& object) {
    Member member;
    member.id = number_at(object, "ID");
    member.name = object.value("name", std::string());
    member.peer_urls = object.value("peerURLs", std::vector<std::string>());
    member.client_urls = object.value("clientURLs", std::vector<std::string>());
    member.is_learner = object.value("isLearner", false);
    return member;
}

std::vector<std::string> names_of_silent(const std::vector<Member>& members, std::uint64_t but,
                                         const std::set<std::uint64_t>& answering) {
    std::vector<std::string> names;
    for (const auto& member : members) {
        if (member.id != but && !member.is_learner && !answering.contains(member.id)) {
            names.push_back(member_text(member));
        }
    }
    return names;
}

} // namespace

std::string id_text(std::uint64_t id) {
    return fmt::format("{:x}", id);
}

std::optional<std::uint64_t> parse_id(const std::string& text) {
    constexpr int hexadecimal = 16;
    std::uint64_t id = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, id, hexadecimal);
    return error == std::errc{} && rest == end ? std::optional(id) : std::nullopt;
}

std::string member_text(const Member& member) {
    return (member.has_started() ? member.name : join(member.peer_urls, ",")) + " (" +
           id_text(member.id) + ")";
}

std::vector<Member> read_members(const json& reply) {
    const auto found = reply.is_object() ? reply.find("members") : reply.end();
    if (!reply.is_object() || found == reply.end() || !found->is_array()) {
        throw Error("etcd answered without a list of its members");
    }
    std::vector<Member> members;
    try {
        std::transform(found->begin(), found->end(), std::back_inserter(members), read_member);
    } catch (const json::exception& error) {
        throw Error(std::string("etcd's list of its members is not understood: ") + error.what());
    }
    return members;
}

std::uint64_t answering_member(const json& reply) {
    const auto id = number_at(cluster::part_at(reply, "header"), "member_id");
    if (id == 0) {
        throw Error("etcd answered without saying which member it is");
    }
    return id;
}

const Member* find_member(const std::vector<Member>& members, std::uint64_t id) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.id == id; });
    return found == members.end() ? nullptr : &*found;
}

const Member* find_member(const std::vector<Member>& members, const std::string& name) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == name; });
    return found == members.end() ? nullptr : &*found;
}

std::size_t count_voters(const std::vector<Member>& members) {
    return static_cast<std::size_t>(
        std::count_if(members.begin(), members.end(), [](const auto& m) { return !m.is_learner; }));
}

std::size_t majority_of(std::size_t voters) {
    return voters / 2 + 1;
}

std::optional<std::string> why_not_remove(const std::vector<Member>& members, std::uint64_t id,
                                          const std::set<std::uint64_t>& answering) {
    const auto* leaving = find_member(members, id);
    if (leaving == nullptr || leaving->is_learner) {
        return std::nullopt;
    }
    const auto voters = count_voters(members) - 1;
    if (voters == 0) {
        return "it is the only member with a vote, and the data would be gone with it";
    }
    const auto silent = names_of_silent(members, id, answering);
    if (voters - silent.size() >= majority_of(voters)) {
        return std::nullopt;
    }
    return "of the " + std::to_string(voters) + " members that would remain, " +
           std::to_string(majority_of(voters)) + " must work, and " + join(silent, ", ") +
           (silent.size() == 1 ? " does not answer" : " do not answer");
}

} // namespace k8s_node
