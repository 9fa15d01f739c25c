#include "archive/tar_reader.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include "archive/filter_decoder.hpp"
#include "archive/gzip_decoder.hpp"
#include "archive/member_name.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

Error over_limit(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("do not use this archive: no Kubernetes artifact is that large");
}

/// Returns the kind of a member; empty for a regular file with its own content.
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
        return "member of an unknown kind";
    }
}

/// Returns the first spelling that exists.
std::string readable(const char* utf8, const char* raw) {
    constexpr std::size_t longest = 4096; // the limit of Linux; memory use must stay bounded
    const char* const name = utf8 != nullptr ? utf8 : raw;
    if (name == nullptr || std::strlen(name) >= longest) {
        throw Error("the archive has a member without a readable name", ExitStatus::verification)
            .try_this("do not use this archive: no file system could hold such a member");
    }
    return name;
}

std::string written_name(archive_entry* entry) {
    return readable(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry));
}

/// Returns the target of a link; empty for other members.
std::string target_of(archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr || archive_entry_hardlink_utf8(entry) != nullptr) {
        return readable(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry));
    }
    if (archive_entry_filetype(entry) == AE_IFLNK) {
        return readable(archive_entry_symlink_utf8(entry), archive_entry_symlink(entry));
    }
    return {};
}

} // namespace

TarReader::TarReader(int fd, const UnpackLimits& limits, std::stop_token stop)
    : limits_(limits), stop_(std::move(stop)), decoded_(decoded(fd)), reader_(archive_read_new()) {
    if (!reader_) {
        throw Error("cannot create a libarchive reader");
    }
    archive_read_support_format_tar(reader_.get());
    static_cast<void>(
        at_end(archive_read_open(reader_.get(), this, nullptr, &TarReader::on_read, nullptr)));
}

std::unique_ptr<ReadAhead> TarReader::decoded(int fd) {
    const auto run = [](auto decoder) {
        return std::make_unique<ReadAhead>(
            [decoder](std::span<std::byte> out) { return decoder->read(out); });
    };
    return is_gzip(fd) ? run(std::make_shared<GzipDecoder>(fd))
                       : run(std::make_shared<FilterDecoder>(fd));
}

la_ssize_t TarReader::on_read(archive* reader, void* self, const void** buffer) {
    auto& source = *static_cast<TarReader*>(self);
    try {
        const auto bytes = source.next_bytes();
        *buffer = bytes.data();
        return static_cast<la_ssize_t>(bytes.size());
    } catch (...) {
        source.failure_ = std::current_exception();
        archive_set_error(reader, EIO, "cannot continue reading");
        return ARCHIVE_FATAL;
    }
}

/// Headers can declare less than there is, so padding and skipped data count here.
std::span<const std::byte> TarReader::next_bytes() {
    if (stop_.stop_requested()) { // asked here, because members that nobody wants are read too
        throw Cancelled();
    }
    const auto bytes = decoded_->next();
    delivered_bytes_ += bytes.size();
    if (delivered_bytes_ > limits_.total_bytes) {
        throw over_limit("the archive expands to more than the allowed " +
                         human_bytes(limits_.total_bytes) + at_member());
    }
    return bytes;
}

std::string TarReader::at_member() const {
    return member_.name.empty() ? "" : " at or after its member '" + member_.name + "'";
}

bool TarReader::at_end(int result) {
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    if (result == ARCHIVE_OK) {
        return false;
    }
    if (result == ARCHIVE_EOF) {
        return true;
    }
    const char* const text = archive_error_string(reader_.get());
    throw Error("the archive cannot be read" + at_member() + ": " +
                    (text != nullptr ? text : "unknown error"),
                ExitStatus::verification)
        .try_this("the file is as it was pinned, so the release pins something that is not a "
                  "whole tar archive: correct the release");
}

/// A warning about a name or an owner in a foreign character set is harmless. Every other warning
/// means that the header is wrong.
bool TarReader::is_about_a_name(int result) {
    const char* const text = archive_error_string(reader_.get());
    return result == ARCHIVE_WARN && text != nullptr &&
           std::string_view(text).find("can't be converted") != std::string_view::npos;
}

std::optional<TarMember> TarReader::next_member() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader_.get(), &entry);
    if (!is_about_a_name(result) && at_end(result)) {
        return std::nullopt;
    }
    const auto size = archive_entry_size(entry);
    member_ = {member_name(written_name(entry)), kind_of(entry),
               size > 0 ? static_cast<std::uint64_t>(size) : 0, archive_entry_perm(entry),
               target_of(entry)};
    block_end_ = 0;
    count(member_);
    return member_;
}

/// Counts declared sizes: an archive bomb must be detected without expanding it.
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
    const auto begin = static_cast<std::uint64_t>(offset);
    if (offset < 0 || begin < block_end_) {
        throw misplaced("has blocks that overlap or start before it");
    }
    if (begin > member_.size || size > member_.size - begin) {
        throw misplaced("is longer than its header says");
    }
    block_end_ = begin + size;
    return TarBlock{begin, {static_cast<const std::byte*>(data), size}};
}

Error TarReader::misplaced(const std::string& what) const {
    return Error("the archive's member '" + member_.name + "' " + what, ExitStatus::verification)
        .try_this("do not use this archive: its headers do not match its content");
}

} // namespace k8s_node
