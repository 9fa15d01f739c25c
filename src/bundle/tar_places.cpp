#include "bundle/tar_places.hpp"

#include <cerrno>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "archive/member_name.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using Reader = CHandle<archive, archive_read_free>;

constexpr std::uint64_t header_bytes = 512;
constexpr std::size_t most_entries = 10'000;

Error refusal(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("copy the bundle again, or create a new one");
}

Error not_a_bundle() {
    return Error("this is not a bundle", ExitStatus::verification)
        .try_this("k8s-node-install bundle create makes one");
}

std::uint64_t size_of_file(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) < 0) {
        throw system_error(errno, "stat");
    }
    if (!S_ISREG(status.st_mode)) {
        throw not_a_bundle();
    }
    return static_cast<std::uint64_t>(status.st_size);
}

Reader open_reader(int fd) {
    Reader reader(archive_read_new());
    constexpr std::size_t block = 10'240;
    if (!reader || ::lseek(fd, 0, SEEK_SET) < 0) {
        throw Error("cannot create a libarchive reader");
    }
    archive_read_support_format_tar(reader.get());
    if (archive_read_open_fd(reader.get(), fd, block) != ARCHIVE_OK) {
        throw not_a_bundle();
    }
    return reader;
}

/// Reads the headers one after the other.
class Walk {
public:
    explicit Walk(int fd) : file_bytes_(size_of_file(fd)), reader_(open_reader(fd)) {}

    /// Returns false at the end.
    bool next() {
        archive_entry* entry = nullptr;
        const int result = archive_read_next_header(reader_.get(), &entry);
        if (result == ARCHIVE_EOF) {
            return false;
        }
        require_plain(result);
        places_.push_back(place_of(entry));
        return true;
    }

    [[nodiscard]] std::vector<TarPlace> take() && { return std::move(places_); }

private:
    void require_plain(int result) const {
        const bool is_plain =
            result == ARCHIVE_OK && archive_format(reader_.get()) == ARCHIVE_FORMAT_TAR_USTAR;
        if (is_plain && places_.size() < most_entries) {
            return;
        }
        if (places_.empty()) {
            throw not_a_bundle();
        }
        const char* const text = archive_error_string(reader_.get());
        throw refusal("it is damaged or cut short after '" + places_.back().name + "'" +
                      (text != nullptr ? std::string(": ") + text : ""));
    }

    TarPlace place_of(archive_entry* entry) {
        const char* const written = archive_entry_pathname(entry);
        auto name = member_name(written != nullptr ? written : "");
        if (!is_entry_path(name) || archive_entry_filetype(entry) != AE_IFREG ||
            archive_entry_hardlink(entry) != nullptr) {
            throw refusal("its entry '" + name + "' is not a regular file of a plain name");
        }
        if (!names_.insert(name).second) {
            throw refusal("it has two entries '" + name + "'");
        }
        const auto begin = static_cast<std::uint64_t>(archive_read_header_position(reader_.get()));
        TarPlace place{std::move(name), begin + header_bytes,
                       static_cast<std::uint64_t>(archive_entry_size(entry))};
        if (place.offset > file_bytes_ || place.size > file_bytes_ - place.offset) {
            throw refusal("it is cut short in '" + place.name + "': the file has " +
                          human_bytes(file_bytes_));
        }
        return place;
    }

    std::uint64_t file_bytes_;
    Reader reader_;
    std::set<std::string> names_;
    std::vector<TarPlace> places_;
};

} // namespace

std::vector<TarPlace> tar_places(int fd) {
    Walk walk(fd);
    while (walk.next()) {
    }
    return std::move(walk).take();
}

} // namespace k8s_node
