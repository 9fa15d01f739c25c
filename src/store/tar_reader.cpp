#include "store/tar_reader.hpp"

#include <cerrno>
#include <unistd.h>

#include "store/member_name.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t read_size = std::size_t{256} << 10U;

Error over_limit(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("do not use this archive: no Kubernetes artifact is that large");
}

/// What a member is where it is not a regular file with bytes of its own.
std::string kind_of(archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr) {
        return "hard link";
    }
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return {};
    case AE_IFLNK:
        return "symbolic link";
    case AE_IFDIR:
        return "directory";
    case AE_IFCHR:
    case AE_IFBLK:
        return "device node";
    case AE_IFIFO:
        return "named pipe";
    case AE_IFSOCK:
        return "socket";
    default:
        return "thing of an unknown kind";
    }
}

std::string written_name(archive_entry* entry) {
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) {
        name = archive_entry_pathname(entry);
    }
    if (name == nullptr) {
        throw Error("the archive has a member without a readable name", ExitStatus::verification);
    }
    return name;
}

} // namespace

TarReader::TarReader(int fd, const UnpackLimits& limits)
    : limits_(limits), reader_(archive_read_new()) {
    if (!reader_) {
        throw Error("cannot create a libarchive reader");
    }
    archive_read_support_format_tar(reader_.get());
    open(fd);
}

void TarReader::open(int fd) {
    if (is_gzip(fd)) {
        decoder_ = std::make_unique<GzipDecoder>(fd);
        unzipped_ = std::make_unique<ReadAhead>(
            [this](std::span<std::byte> out) { return decoder_->read(out); });
        static_cast<void>(
            at_end(archive_read_open(reader_.get(), this, nullptr, &TarReader::on_read, nullptr)));
        return;
    }
    archive_read_support_filter_xz(reader_.get());
    archive_read_support_filter_zstd(reader_.get());
    archive_read_support_filter_bzip2(reader_.get());
    if (::lseek(fd, 0, SEEK_SET) < 0) {
        throw system_error(errno, "read the downloaded archive");
    }
    static_cast<void>(at_end(archive_read_open_fd(reader_.get(), fd, read_size)));
}

la_ssize_t TarReader::on_read(archive* reader, void* self, const void** buffer) {
    auto& source = *static_cast<TarReader*>(self);
    try {
        const auto bytes = source.unzipped_->next();
        *buffer = bytes.data();
        return static_cast<la_ssize_t>(bytes.size());
    } catch (...) {
        source.failure_ = std::current_exception();
        archive_set_error(reader, EIO, "cannot read on");
        return ARCHIVE_FATAL;
    }
}

bool TarReader::at_end(int result) {
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    // A warning is a name or attribute in a foreign character set, no more.
    if (result == ARCHIVE_OK || result == ARCHIVE_WARN) {
        return false;
    }
    if (result == ARCHIVE_EOF) {
        return true;
    }
    const char* const text = archive_error_string(reader_.get());
    throw Error("the archive cannot be read" +
                    (member_.empty() ? "" : " at or after its member '" + member_ + "'") + ": " +
                    (text != nullptr ? text : "unknown error"),
                ExitStatus::verification)
        .try_this("the file is as it was pinned, so the release pins something that is not a "
                  "whole tar archive: correct the release");
}

std::optional<TarMember> TarReader::next_member() {
    archive_entry* entry = nullptr;
    if (at_end(archive_read_next_header(reader_.get(), &entry))) {
        return std::nullopt;
    }
    const auto size = archive_entry_size(entry);
    TarMember member{member_name(written_name(entry)), kind_of(entry),
                     size > 0 ? static_cast<std::uint64_t>(size) : 0, archive_entry_perm(entry)};
    member_ = member.name;
    count(member);
    return member;
}

/// By declared sizes: a bomb must not be expanded in order to be found out.
void TarReader::count(const TarMember& member) {
    if (++entries_ > limits_.entries) {
        throw over_limit("the archive has more than " + std::to_string(limits_.entries) +
                         " members; the first above is '" + member.name + "'");
    }
    if (member.size > limits_.member_bytes) {
        throw over_limit("the archive's member '" + member.name + "' has " +
                         human_bytes(member.size) + ", more than the allowed " +
                         human_bytes(limits_.member_bytes));
    }
    total_bytes_ += member.size;
    if (total_bytes_ > limits_.total_bytes) {
        throw over_limit("the archive unpacks to more than the allowed " +
                         human_bytes(limits_.total_bytes) + " at its member '" + member.name + "'");
    }
}

std::optional<TarBlock> TarReader::next_block() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    if (at_end(archive_read_data_block(reader_.get(), &data, &size, &offset))) {
        return std::nullopt;
    }
    return TarBlock{static_cast<std::uint64_t>(offset),
                    {static_cast<const std::byte*>(data), size}};
}

} // namespace k8s_node
