// The rules for members of an archive, whether they are extracted or not.
#pragma once

#include <set>
#include <string>

#include "archive/tar_reader.hpp"

namespace k8s_node {

/// Only wanted members are written, and never through a link. Yet an archive with members that no
/// legitimate one has is not to be trusted at all.
class MemberPolicy {
public:
    /// Throws Error for devices, pipes, sockets and unknown types; for setuid and setgid files;
    /// for links that point outside the archive; and for names that go through or replace an
    /// earlier link.
    void require_harmless(const TarMember& member);

private:
    void require_not_through_link(const TarMember& member) const;
    void note_link(const TarMember& member);

    std::set<std::string> links_;
};

/// True if a symbolic link's target stays inside the archive: relative, with ".." only at its
/// start (after a name that is a link it could lead anywhere), and no more of them than the link
/// has parent directories. Pure.
[[nodiscard]] bool stays_inside(const std::string& link, const std::string& target);

} // namespace k8s_node
