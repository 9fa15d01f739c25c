// What a member of an archive may be, wanted or not.
#pragma once

#include <set>
#include <string>

#include "store/tar_reader.hpp"

namespace k8s_node {

/// Only wanted members are written, and never through a link. Yet an archive
/// that holds what no honest one does is not to be trusted with the rest.
class MemberPolicy {
public:
    /// Throws Error for devices, pipes, sockets and things unknown; for
    /// set-user-ID files; for links that leave the archive; and for names that
    /// lead through, or take the place of, a link that came before.
    void require_harmless(const TarMember& member);

private:
    void require_not_through_link(const TarMember& member) const;
    void note_link(const TarMember& member);

    std::set<std::string> links_;
};

/// Whether a symbolic link's target stays in the archive: relative, ".." only
/// at its beginning (behind a name it may lead anywhere, if that is a link),
/// and not more of them than the link has directories above it. Pure.
[[nodiscard]] bool stays_inside(const std::string& link, const std::string& target);

} // namespace k8s_node
