// Turns a verified file into the files of an entry.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "store/entry_manifest.hpp"
#include "store/fetch_options.hpp"
#include "store/verified_file.hpp"

namespace k8s_node {

/// Unpacks the wanted members, and nothing else, below the empty directory `tree`, as regular
/// files 0555 or 0444. Throws Error if one is missing, occurs twice, or is not a plain regular
/// file, or if any member, wanted or not, is one that no legitimate archive has (see
/// MemberPolicy); and Cancelled. The caller then removes the tree. Consumes the archive.
[[nodiscard]] std::vector<EntryFile> unpack_members(VerifiedFile archive,
                                                    std::span<const ArchiveMember> members,
                                                    const std::filesystem::path& tree,
                                                    const UnpackLimits& limits,
                                                    const std::stop_token& stop);

/// Moves a plain download to `path` below `tree`.
[[nodiscard]] EntryFile place_file(const VerifiedFile& file, const std::string& path, unsigned mode,
                                   const std::filesystem::path& tree);

/// Throws Error if an ELF file in bin/ is for another architecture than `expected` ("amd64",
/// "arm64").
void check_architecture(std::span<const EntryFile> files, const std::filesystem::path& tree,
                        const std::string& expected);

} // namespace k8s_node
