// Archives and stores for the tests of store/.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "model/artifact.hpp"
#include "store/fetch_options.hpp"
#include "store/hasher.hpp"
#include "store/store.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::testing {

enum class MemberKind { regular, symlink, hardlink, device };

struct TestMember {
    std::string name;
    std::string content; ///< the target of a link
    unsigned mode = 0755;
    MemberKind kind = MemberKind::regular;
    std::size_t hole = 0; ///< so many bytes before the content are not in the archive
};

enum class Compression { gzip, xz, zstd, none };

/// A tar archive in memory.
[[nodiscard]] std::string make_tar(std::span<const TestMember> members,
                                   Compression compression = Compression::gzip);

/// Bytes that do not compress, the same ones for the same seed.
[[nodiscard]] std::string noise(std::size_t size, unsigned seed = 1);

/// The head of an ELF file for that e_machine.
[[nodiscard]] std::string elf_head(unsigned char machine);

[[nodiscard]] Digest digest_of(std::string_view bytes,
                               HashAlgorithm algorithm = HashAlgorithm::sha256);

/// Counts what it is told; thread-safe.
class CountingObserver : public FetchObserver {
public:
    void started(const Artifact& artifact, std::string_view url) noexcept override;
    void retrying(const Artifact& artifact, std::string_view why,
                  std::chrono::milliseconds delay) noexcept override;
    void verified(const Artifact& artifact) noexcept override;
    void published(const Artifact& artifact, std::chrono::duration<double> took) noexcept override;

    std::vector<std::string> urls;
    std::vector<std::string> reasons;
    int verified_count = 0;
    int published_count = 0;

private:
    std::mutex mutex_;
};

/// A mirror directory beside an empty store, and what a fetch of it throws.
class StoreTest : public ::testing::Test {
protected:
    StoreTest();

    /// Puts `bytes` where the mirror holds `url` https://up.example/<file>.
    Artifact offer(const std::string& file, std::string_view bytes);
    /// As offer(), wanting these members.
    Artifact offer_tar(std::span<const TestMember> members, std::vector<ArchiveMember> wanted,
                       Compression compression = Compression::gzip);

    void fetch(const Artifact& artifact) { fetch(std::vector{artifact}); }
    void fetch(const std::vector<Artifact>& artifacts) {
        store.fetch(artifacts, options, observer, loop);
    }
    /// The error of a fetch that must fail; also expects no trace of it.
    Error fetch_error(const std::vector<Artifact>& artifacts);
    Error fetch_error(const Artifact& artifact) { return fetch_error(std::vector{artifact}); }

    /// Names in the store, hidden ones too.
    [[nodiscard]] std::vector<std::string> names() const;
    /// The content of a file of the entry.
    [[nodiscard]] std::string content(const Artifact& artifact, const std::string& path) const;
    [[nodiscard]] unsigned mode(const Artifact& artifact, const std::string& path) const;

    test::TemporaryDirectory temp;
    std::filesystem::path mirror = temp.path() / "mirror";
    Store store{temp.path() / "store"};
    FetchOptions options; ///< the mirror by file://, quick retries
    CountingObserver observer;
    EventLoop loop;
};

} // namespace k8s_node::testing
