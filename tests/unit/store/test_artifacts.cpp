#include "test_artifacts.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "store/tree.hpp"
#include "support/files.hpp"

namespace k8s_node::testing {

namespace fs = std::filesystem;

namespace {

void set_kind(archive_entry* entry, const TestMember& member) {
    archive_entry_set_filetype(entry, AE_IFREG);
    switch (member.kind) {
    case MemberKind::regular:
        archive_entry_set_size(entry, static_cast<la_int64_t>(member.hole + member.content.size()));
        if (member.hole > 0) {
            archive_entry_sparse_add_entry(entry, static_cast<la_int64_t>(member.hole),
                                           static_cast<la_int64_t>(member.content.size()));
        }
        break;
    case MemberKind::symlink:
        archive_entry_set_filetype(entry, AE_IFLNK);
        archive_entry_set_symlink(entry, member.content.c_str());
        break;
    case MemberKind::hardlink:
        archive_entry_set_hardlink(entry, member.content.c_str());
        break;
    case MemberKind::device:
        archive_entry_set_filetype(entry, AE_IFCHR);
        break;
    }
}

void add_filter(archive* writer, Compression compression) {
    switch (compression) {
    case Compression::gzip:
        archive_write_add_filter_gzip(writer);
        break;
    case Compression::xz:
        archive_write_add_filter_xz(writer);
        break;
    case Compression::zstd:
        archive_write_add_filter_zstd(writer);
        break;
    case Compression::none:
        archive_write_add_filter_none(writer);
        break;
    }
}

} // namespace

std::string make_tar(std::span<const TestMember> members, Compression compression) {
    const CHandle<archive, archive_write_free> writer(archive_write_new());
    const bool sparse = std::any_of(members.begin(), members.end(),
                                    [](const TestMember& member) { return member.hole > 0; });
    if (sparse) {
        archive_write_set_format_pax(writer.get());
    } else {
        archive_write_set_format_gnutar(writer.get());
    }
    archive_write_set_bytes_in_last_block(writer.get(), 1);
    add_filter(writer.get(), compression);
    std::string bytes;
    archive_write_open(
        writer.get(), &bytes, nullptr,
        [](archive*, void* out, const void* data, std::size_t size) {
            static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
            return static_cast<la_ssize_t>(size);
        },
        nullptr);
    for (const auto& member : members) {
        const CHandle<archive_entry, archive_entry_free> entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), member.name.c_str());
        archive_entry_set_perm(entry.get(), member.mode);
        set_kind(entry.get(), member);
        archive_write_header(writer.get(), entry.get());
        if (member.kind == MemberKind::regular) {
            const auto data = std::string(member.hole, '\0') + member.content;
            archive_write_data(writer.get(), data.data(), data.size());
        }
    }
    archive_write_close(writer.get());
    return bytes;
}

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (auto& byte : bytes) {
        byte = static_cast<char>(random());
    }
    return bytes;
}

std::string elf_head(unsigned char machine) {
    std::string head = "\x7f"
                       "ELF";
    head += "\x02\x01\x01";
    head.resize(64);
    head[18] = static_cast<char>(machine);
    return head;
}

Digest digest_of(std::string_view bytes, HashAlgorithm algorithm) {
    Hasher hasher(algorithm);
    hasher.update(std::as_bytes(std::span(bytes)));
    const std::string prefix = algorithm == HashAlgorithm::sha512 ? "sha512:" : "sha256:";
    return Digest::parse(prefix + hasher.hex()).value();
}

void CountingObserver::started(const Artifact& /*artifact*/, std::string_view url) noexcept {
    const std::lock_guard lock(mutex_);
    urls.emplace_back(url);
}

void CountingObserver::retrying(const Artifact& /*artifact*/, std::string_view why,
                                std::chrono::milliseconds /*delay*/) noexcept {
    const std::lock_guard lock(mutex_);
    reasons.emplace_back(why);
}

void CountingObserver::verified(const Artifact& /*artifact*/) noexcept {
    const std::lock_guard lock(mutex_);
    ++verified_count;
}

void CountingObserver::published(const Artifact& /*artifact*/,
                                 std::chrono::duration<double> /*took*/) noexcept {
    const std::lock_guard lock(mutex_);
    ++published_count;
}

StoreTest::StoreTest() {
    make_directories(mirror / "up.example");
    options.mirrors = {"file://" + mirror.string()};
    options.retry.first_delay = options.retry.longest_delay = std::chrono::milliseconds(1);
}

Artifact StoreTest::offer(const std::string& file, std::string_view bytes) {
    write_file_atomically(mirror / "up.example" / file, bytes, {0644, ::geteuid(), ::getegid()});
    return {.name = file,
            .version = "1.2.3",
            .url = "https://up.example/" + file,
            .digest = digest_of(bytes),
            .members = {},
            .file = "bin/" + file,
            .file_mode = 0755};
}

Artifact StoreTest::offer_tar(std::span<const TestMember> members,
                              std::vector<ArchiveMember> wanted, Compression compression) {
    auto artifact = offer("tools.tar", make_tar(members, compression));
    artifact.file.clear();
    artifact.members = std::move(wanted);
    return artifact;
}

Error StoreTest::fetch_error(const std::vector<Artifact>& artifacts) {
    try {
        fetch(artifacts);
    } catch (const Error& error) {
        EXPECT_EQ(names(), std::vector<std::string>{}) << "a failed fetch left something behind";
        EXPECT_NE(error.hint(), "");
        return error;
    }
    ADD_FAILURE() << "the fetch succeeded";
    return Error("no error");
}

std::vector<std::string> StoreTest::names() const {
    std::vector<std::string> names;
    for (const auto& path : list_directory(store.directory())) {
        names.push_back(path.filename());
    }
    return names;
}

std::string StoreTest::content(const Artifact& artifact, const std::string& path) const {
    return read_file(store.entry(artifact) / path);
}

unsigned StoreTest::mode(const Artifact& artifact, const std::string& path) const {
    return attributes_of(store.entry(artifact) / path).value().mode;
}

} // namespace k8s_node::testing
