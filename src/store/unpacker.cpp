#include "store/unpacker.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <future>
#include <map>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/elf.hpp"
#include "archive/member_name.hpp"
#include "archive/member_policy.hpp"
#include "archive/tar_reader.hpp"
#include "store/hasher.hpp"
#include "store/member_file.hpp"
#include "store/tree.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// The wanted members and which of them were found.
class Wanted {
public:
    explicit Wanted(std::span<const ArchiveMember> members) {
        for (const auto& member : members) {
            places_.emplace(member_name(member.from), member.to);
        }
    }

    /// Returns the place of this member, or nullptr if it is not wanted. Throws if it cannot be
    /// extracted.
    [[nodiscard]] const std::string* take(const TarMember& member) {
        remember(member);
        const auto place = places_.find(member.name);
        if (place == places_.end()) {
            return nullptr;
        }
        if (!member.kind.empty()) {
            throw refusal(member.name, "is a " + member.kind + " and not a regular file");
        }
        if (!found_.insert(member.name).second) {
            throw refusal(member.name, "occurs twice");
        }
        return &place->second;
    }

    void require_all() const {
        Error error("the archive lacks wanted members", ExitStatus::verification);
        for (const auto& [from, to] : places_) {
            if (!found_.contains(from)) {
                const auto near = near_member(from, seen_);
                error.with_detail("no member '" + from + "'" +
                                  (near ? "; did you mean '" + *near + "'?" : ""));
            }
        }
        if (!error.details().empty()) {
            error.try_this("correct the member names in the component or the release; "
                           "`tar tf` lists the archive");
            throw error;
        }
    }

private:
    static Error refusal(const std::string& name, const std::string& why) {
        return Error("the archive's member '" + name + "' " + why, ExitStatus::verification)
            .try_this("correct the member names in the component, or use another archive");
    }

    /// Names for a suggestion, few enough to bound memory.
    void remember(const TarMember& member) {
        constexpr std::size_t enough = 10'000;
        if (member.kind.empty() && seen_.size() < enough) {
            seen_.push_back(member.name);
        }
    }

    std::map<std::string, std::string> places_;
    std::set<std::string> found_;
    std::vector<std::string> seen_;
};

EntryFile write_member(TarReader& reader, const TarMember& member, MemberFile& file) {
    while (const auto block = reader.next_block()) {
        file.write_at(block->offset, block->bytes);
    }
    return file.finish(member.size, member.mode);
}

} // namespace

std::vector<EntryFile> unpack_members(VerifiedFile archive, std::span<const ArchiveMember> members,
                                      const fs::path& tree, const UnpackLimits& limits,
                                      const std::stop_token& stop) {
    Wanted wanted(members);
    MemberPolicy policy;
    TarReader reader(archive.fd(), limits, stop);
    std::vector<EntryFile> files;
    std::vector<std::future<void>> syncs;
    while (const auto member = reader.next_member()) {
        policy.require_harmless(*member);
        if (const auto* place = wanted.take(*member)) {
            MemberFile file(tree, *place, member->name);
            files.push_back(write_member(reader, *member, file));
            syncs.push_back(std::move(file).sync());
        }
    }
    for (auto& sync : syncs) {
        sync.get();
    }
    wanted.require_all();
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

EntryFile place_file(const VerifiedFile& file, const std::string& path, unsigned mode,
                     const fs::path& tree) {
    const auto place = tree / path;
    make_staged_directories(place.parent_path());
    // Renames the very file that was hashed, so its bytes are those that matched.
    if (::rename(file.path().c_str(), place.c_str()) < 0) {
        throw system_error(errno, "move the download to " + place.string());
    }
    const auto final_mode = read_only_mode(mode);
    if (::fchmod(file.fd(), final_mode) < 0) {
        throw system_error(errno, "change the mode of " + place.string());
    }
    return {path, "", file.size(), final_mode,
            hash_file(file.fd(), HashAlgorithm::sha256, place.string())};
}

void check_architecture(std::span<const EntryFile> files, const fs::path& tree,
                        const std::string& expected) {
    for (const auto& file : files) {
        if (!file.path.starts_with("bin/")) {
            continue;
        }
        const auto path = tree / file.path;
        const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        std::array<std::byte, 20> head{};
        const auto count = fd ? ::read(fd.get(), head.data(), head.size()) : -1;
        if (count < 0) {
            throw system_error(errno, "read " + path.string());
        }
        const auto built = elf_architecture(std::span(head).first(static_cast<std::size_t>(count)));
        if (built && *built != expected) {
            throw Error("binary for the wrong architecture: '" + file.path + "' is for " + *built +
                            ", this machine is " + expected,
                        ExitStatus::verification)
                .try_this("correct the artifact's URL and digest for " + expected +
                          " in the release");
        }
    }
}

} // namespace k8s_node
