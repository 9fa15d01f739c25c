#include "archive/member_policy.hpp"

#include <algorithm>
#include <sys/stat.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t most_links =
    10'000; // names are kept in memory; legitimate archives have few links

Error refusal(const TarMember& member, const std::string& why) {
    return Error("the archive's member '" + member.name + "' " + why, ExitStatus::verification)
        .try_this("do not use this archive: no Kubernetes artifact needs such a member");
}

bool is_link(const TarMember& member) {
    return !member.target.empty();
}

bool is_known_kind(const TarMember& member) {
    return member.kind.empty() || is_link(member) || member.kind == "directory";
}

/// The target of a hard link is relative to the archive's top.
bool stays_inside(const TarMember& member) {
    return k8s_node::stays_inside(member.kind == "hard link" ? "" : member.name, member.target);
}

} // namespace

bool stays_inside(const std::string& link, const std::string& target) {
    if (target.starts_with('/')) {
        return false;
    }
    auto above = std::count(link.begin(), link.end(), '/');
    bool descended = false;
    for (const auto& component : split(target, '/')) {
        if (component == "..") {
            if (descended || --above < 0) {
                return false;
            }
        } else if (!component.empty() && component != ".") {
            descended = true;
        }
    }
    return true;
}

void MemberPolicy::require_harmless(const TarMember& member) {
    if (!is_known_kind(member)) {
        throw refusal(member, "is a " + member.kind);
    }
    if (member.kind != "directory" && (member.mode & (S_ISUID | S_ISGID)) != 0) {
        throw refusal(member, "is setuid or setgid: it would run with the rights of another user");
    }
    require_not_through_link(member);
    if (is_link(member)) {
        note_link(member);
    }
}

void MemberPolicy::require_not_through_link(const TarMember& member) const {
    for (auto end = member.name.find('/');; end = member.name.find('/', end + 1)) {
        const auto name = member.name.substr(0, end);
        const bool whole = end == std::string::npos;
        if (links_.contains(name)) {
            throw refusal(member, whole ? "replaces an earlier link of the same name"
                                        : "is below '" + name + "', which is a link");
        }
        if (whole) {
            return;
        }
    }
}

void MemberPolicy::note_link(const TarMember& member) {
    if (!stays_inside(member)) {
        throw refusal(member, "is a " + member.kind + " to '" + member.target +
                                  "', which is outside the archive");
    }
    if (links_.size() >= most_links) {
        throw refusal(member,
                      "is one link too many: there are more than " + std::to_string(most_links));
    }
    links_.insert(member.name);
}

} // namespace k8s_node
