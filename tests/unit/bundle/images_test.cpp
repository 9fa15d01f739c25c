#include <fcntl.h>

#include <gmock/gmock.h>

#include "bundle/image_archive.hpp"
#include "bundle/image_import.hpp"
#include "support/handle.hpp"
#include "unit/store/test_artifacts.hpp"

namespace k8s_node {
namespace {

using k8s_node::testing::Compression;
using k8s_node::testing::make_tar;
using k8s_node::testing::TestMember;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* docker_manifest =
    R"([{"Config": "c.json", "RepoTags": ["busybox:1", "registry.k8s.io/pause:3.10"], "Layers": []}])";
constexpr const char* oci_index =
    R"({"manifests": [{"digest": "sha256:0", "annotations": {"io.containerd.image.name": "localhost/web:1"}}]})";

class ImageArchive : public ::testing::Test {
protected:
    std::vector<std::string> names(const std::vector<TestMember>& members,
                                   Compression compression = Compression::none) {
        temp_.write("/image.tar", make_tar(members, compression));
        const UniqueFd fd(::open((temp_.path() / "image.tar").c_str(), O_RDONLY | O_CLOEXEC));
        return image_names(fd.get());
    }
    std::string refusal(const std::vector<TestMember>& members) {
        try {
            static_cast<void>(names(members));
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::verification);
            return error.message();
        }
        return "no refusal";
    }
    test::TemporaryDirectory temp_;
};

TEST_F(ImageArchive, NamesAreThoseThatContainerdGives) {
    for (const auto compression : {Compression::none, Compression::gzip}) {
        EXPECT_THAT(names({{"manifest.json", docker_manifest}}, compression),
                    ElementsAre("docker.io/library/busybox:1", "registry.k8s.io/pause:3.10"));
    }
    EXPECT_THAT(names({{"oci-layout", "{}"}, {"index.json", oci_index}}),
                ElementsAre("localhost/web:1"));
    EXPECT_THAT(
        names(
            {{"manifest.json", docker_manifest}, {"oci-layout", "{}"}, {"index.json", oci_index}}),
        ElementsAre("localhost/web:1"));
}

TEST_F(ImageArchive, AnImageWithoutANameIsRefused) {
    EXPECT_THAT(refusal({{"manifest.json", R"([{"RepoTags": null}])"}}), HasSubstr("has no name"));
    EXPECT_THAT(refusal({{"oci-layout", "{}"}, {"index.json", R"({"manifests": [{}]})"}}),
                HasSubstr("has no name"));
}

TEST_F(ImageArchive, AnotherArchiveIsRefused) {
    EXPECT_THAT(refusal({{"bin/tool", "x"}}), HasSubstr("no archive of container images"));
    EXPECT_THAT(refusal({{"manifest.json", "{"}}), HasSubstr("not JSON"));
}

TEST(ImageName, IsTheFullOne) {
    EXPECT_EQ(full_image_name("busybox:1"), "docker.io/library/busybox:1");
    EXPECT_EQ(full_image_name("kindest/node:1"), "docker.io/kindest/node:1");
    EXPECT_EQ(full_image_name("localhost/web:1"), "localhost/web:1");
    EXPECT_EQ(full_image_name("registry:5000/web:1"), "registry:5000/web:1");
    EXPECT_EQ(full_image_name("quay.io/a/b:1"), "quay.io/a/b:1");
}

TEST(ImportedArchives, AreThoseOfPinnedImages) {
    const auto* const listing =
        "REF              TYPE  DIGEST      SIZE    PLATFORMS   LABELS\n"
        "localhost/web:1  t     sha256:0    1.2 MiB linux/amd64 "
        "io.cri-containerd.image=managed,io.cri-containerd.pinned=pinned,k8s-node.archive=aa\n"
        "localhost/old:1  t     sha256:1    1.2 MiB linux/amd64 k8s-node.archive=bb\n"
        "localhost/own:1  t     sha256:2    1.2 MiB linux/amd64 io.cri-containerd.pinned=pinned\n"
        "localhost/new:1  t     sha256:3    1.2 MiB linux/amd64 -\n";
    EXPECT_THAT(imported_archives(listing), ElementsAre("aa"));
    EXPECT_THAT(imported_archives(""), IsEmpty());
}

} // namespace
} // namespace k8s_node
