#include "bundle/bundle.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

#include "store/fetch_plan.hpp"
#include "store/hasher.hpp"
#include "support/error.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::uint64_t largest_manifest = std::uint64_t{16} << 20U;

Error refusal(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("copy the bundle again, or create a new one");
}

std::size_t read_at(int fd, std::span<std::byte> out, std::uint64_t offset) {
    for (;;) {
        const auto count = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            throw system_error(errno, "read");
        }
    }
}

/// Calls back for each piece of an entry. Throws Error if the file ends before.
void read_entry(int fd, const TarPlace& place, const std::stop_token& stop,
                const std::function<void(std::span<const std::byte>)>& take) {
    std::vector<std::byte> buffer(std::size_t{256} << 10U);
    for (std::uint64_t done = 0; done < place.size;) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto wanted = std::min<std::uint64_t>(buffer.size(), place.size - done);
        const auto count = read_at(fd, std::span(buffer).first(wanted), place.offset + done);
        if (count == 0) {
            throw refusal("it is cut short in '" + place.name + "'");
        }
        take(std::span(buffer).first(count));
        done += count;
    }
}

std::string digest_of(std::string_view text) {
    Hasher hasher(HashAlgorithm::sha256);
    hasher.update(std::as_bytes(std::span(text.data(), text.size())));
    return hasher.hex();
}

UniqueFd open_file(const std::filesystem::path& path) {
    // A pipe, which is refused later, must not make the run wait.
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        throw system_error(errno, "open the bundle " + path.string());
    }
    return fd;
}

} // namespace

std::shared_ptr<const BundleFile> BundleFile::open(const std::filesystem::path& path) {
    // Private, so that none is seen that was not checked.
    auto bundle = std::shared_ptr<BundleFile>(new BundleFile(path));
    try {
        bundle->read();
    } catch (Error& error) {
        Error named("the bundle " + path.string() + " cannot be used: " + error.message(),
                    error.status());
        named.try_this(error.hint());
        throw named;
    }
    return bundle;
}

BundleFile::BundleFile(const std::filesystem::path& path) : path_(path), fd_(open_file(path)) {}

void BundleFile::read() {
    const auto places = tar_places(fd_.get());
    if (places.size() < 2 || places[0].name != BundleManifest::file_name ||
        places[1].name != BundleManifest::sum_name) {
        throw Error("this is not a bundle: it does not begin with its manifest",
                    ExitStatus::verification)
            .try_this("k8s-node-install bundle create makes one");
    }
    manifest_text_ = read_text(places[0], largest_manifest);
    const auto sum = read_text(places[1], 4096);
    if (sum != digest_of(manifest_text_) + "  " + BundleManifest::file_name + "\n") {
        throw refusal("its manifest is damaged: it does not have the SHA-256 that '" +
                      std::string(BundleManifest::sum_name) + "' says");
    }
    manifest_ = BundleManifest::parse(manifest_text_);
    require_promised(places);
}

std::string BundleFile::read_text(const TarPlace& place, std::uint64_t limit) const {
    if (place.size > limit) {
        throw refusal("its '" + place.name + "' has " + human_bytes(place.size));
    }
    std::string text;
    read_entry(fd_.get(), place, {}, [&](std::span<const std::byte> bytes) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes of a text
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    return text;
}

/// Neither less nor more than the manifest says.
void BundleFile::require_promised(const std::vector<TarPlace>& places) {
    for (const auto& place : std::span(places).subspan(2)) {
        places_.emplace(place.name, place);
    }
    std::size_t promised = 0;
    const auto require = [&](const std::string& path, std::uint64_t size) {
        const auto found = places_.find(path);
        if (found == places_.end()) {
            throw refusal("it is cut short or damaged: its manifest promises '" + path +
                          "', which is not in the file");
        }
        if (found->second.size != size) {
            throw refusal("its entry '" + path + "' has " + std::to_string(found->second.size) +
                          " bytes instead of the promised " + std::to_string(size));
        }
        ++promised;
    };
    for (const auto& artifact : manifest_.artifacts) {
        require(artifact.path, artifact.size);
    }
    for (const auto& image : manifest_.images) {
        require(image.path, image.size);
    }
    if (promised == places_.size()) {
        return;
    }
    const auto stranger = std::ranges::find_if(places_, [&](const auto& entry) {
        const auto is_it = [&](const auto& item) { return item.path == entry.first; };
        return std::ranges::none_of(manifest_.artifacts, is_it) &&
               std::ranges::none_of(manifest_.images, is_it);
    });
    throw refusal("its entry '" + stranger->first + "' is not in its manifest");
}

std::optional<LocalCopy> BundleFile::find(const Artifact& artifact) const {
    const auto copy_at = [&](const std::string& path) {
        const auto& place = places_.at(path);
        return LocalCopy{fd_.get(), place.offset, place.size, path_.string() + ": " + path};
    };
    const auto is_it = [&](const auto& item) { return item.digest == artifact.digest; };
    const auto found = std::ranges::find_if(manifest_.artifacts, is_it);
    if (found != manifest_.artifacts.end()) {
        return copy_at(found->path);
    }
    const auto image = std::ranges::find_if(manifest_.images, is_it);
    return image != manifest_.images.end() ? std::optional(copy_at(image->path)) : std::nullopt;
}

std::string BundleFile::absence(const Artifact& artifact) const {
    std::vector<std::string> others;
    for (const auto& other : manifest_.artifacts) {
        if (other.name == artifact.name) {
            others.push_back(other.version + " for " + join(other.architectures, " and "));
        }
    }
    return "it is not in the bundle, which has " +
           (others.empty() ? "nothing of this name" : "only " + join(others, ", "));
}

std::string BundleFile::content_problem(const std::string& path, const Digest& digest,
                                        const std::stop_token& stop) const {
    Hasher hasher(digest.algorithm());
    try {
        read_entry(fd_.get(), places_.at(path), stop,
                   [&](std::span<const std::byte> bytes) { hasher.update(bytes); });
    } catch (const Error& error) {
        return path + ": " + error.message();
    }
    const auto hex = hasher.hex();
    const auto pinned = digest.text();
    return hex == digest.hex()
               ? ""
               : path + " is damaged: its digest is " + pinned.substr(0, pinned.find(':')) + ":" +
                     hex + " instead of " + pinned;
}

std::vector<std::string>
BundleFile::verify(const std::stop_token& stop,
                   const std::function<void(const std::string&)>& done) const {
    std::vector<std::string> problems;
    const auto check = [&](const auto& item) {
        auto problem = content_problem(item.path, item.digest, stop);
        if (!problem.empty()) {
            problems.push_back(std::move(problem));
        }
        done(item.path);
    };
    std::ranges::for_each(manifest_.artifacts, check);
    std::ranges::for_each(manifest_.images, check);
    return problems;
}

bool is_bundle(const std::filesystem::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    // A tar file begins with the name of its first entry, which NUL ends.
    const std::string_view name(BundleManifest::file_name);
    std::string head(name.size() + 1, ' ');
    return fd && ::pread(fd.get(), head.data(), head.size(), 0) == std::ssize(head) &&
           head.starts_with(name) && head.back() == '\0';
}

} // namespace k8s_node
