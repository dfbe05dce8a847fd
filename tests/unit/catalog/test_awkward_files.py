"""Awkward USD files, each with the bound that was computed by hand beside it.

The box of most files is 2 m wide, 1 m deep and 3 m high in the layout frame and stands on 0.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from pxr import Gf, Usd, UsdGeom

from clappper.core.catalog.measure import measure_asset
from clappper.core.catalog.measuring.measure_geometry import INSTANCE_LIMIT
from clappper.core.errors import AssetUnresolvedError

HEADER = '#usda 1.0\n(\n    defaultPrim = "Asset"\n    metersPerUnit = 1\n    upAxis = "Z"\n)\n'


def make_box(low, high, *, name="Box", extra=""):
    """Return the text of a box mesh of 6 quads between two corners, 12 triangles."""
    corners = ", ".join(
        f"({x!r}, {y!r}, {z!r})"
        for x in (low[0], high[0])
        for y in (low[1], high[1])
        for z in (low[2], high[2])
    )
    return f"""
    def Mesh "{name}" {{
        int[] faceVertexCounts = [4, 4, 4, 4, 4, 4]
        int[] faceVertexIndices = [0,1,3,2, 4,6,7,5, 0,4,5,1, 2,3,7,6, 0,2,6,4, 1,5,7,3]
        point3f[] points = [{corners}]
        {extra}
    }}"""


BOX = make_box((-1, -0.5, 0), (1, 0.5, 3))


def write(folder, body, *, name="asset.usda", header=HEADER):
    path = folder / name
    body = re.sub(r"\s*}\s*", "\n}\n", body)  # the grammar wants its lines ended
    path.write_text(f"{header}{body}\n", encoding="utf-8")
    return path


def write_asset(folder, body, **fields):
    return write(folder, f'def Xform "Asset"\n{{\n{body}\n}}', **fields)


def measure(path):
    return measure_asset(path, asset_id="awkward")


def check(path, *, size, origin=(0, 0, 0), issues=()):
    """Measure and compare; return the measure for further checks."""
    result, found = measure(path)
    assert result.size_m.as_tuple() == pytest.approx(size, abs=1e-6)
    assert result.origin_m.as_tuple() == pytest.approx(origin, abs=1e-6)
    assert [issue.code for issue in found] == list(issues)
    return result


def test_awkward_y_up_centimetres(tmp_path):
    # In the file: 200 wide along X, 300 high along Y, 100 deep along Z, its back 30 before Z 0.
    header = '#usda 1.0\n(defaultPrim = "Asset"\nmetersPerUnit = 0.01\nupAxis = "Y")\n'
    path = write_asset(tmp_path, make_box((-100, 0, 30), (100, 300, 130)), header=header)

    result = check(path, size=(2, 1, 3), origin=(0, -0.8, 0))

    assert (result.up_axis, result.meters_per_unit, result.triangle_count) == ("Y", 0.01, 12)


def test_awkward_inches(tmp_path):
    header = '#usda 1.0\n(defaultPrim = "Asset"\nmetersPerUnit = 0.0254\nupAxis = "Z")\n'
    path = write_asset(tmp_path, make_box((0, 0, 0), (100, 50, 10)), header=header)

    check(path, size=(2.54, 1.27, 0.254), origin=(1.27, 0.635, 0))


def test_awkward_missing_units_and_up_axis_are_those_of_usd(tmp_path):
    path = write_asset(
        tmp_path,
        make_box((-100, 0, -50), (100, 300, 50)),
        header='#usda 1.0\n(defaultPrim="Asset")\n',
    )

    check(path, size=(2, 1, 3), issues=("UNITS", "UNITS"))


def test_awkward_no_default_prim_but_one_root(tmp_path):
    header = '#usda 1.0\n(metersPerUnit = 1\nupAxis = "Z")\n'

    assert check(write_asset(tmp_path, BOX, header=header), size=(2, 1, 3)).default_prim is None


def test_awkward_no_default_prim_and_two_roots_is_said(tmp_path):
    header = '#usda 1.0\n(metersPerUnit = 1\nupAxis = "Z")\n'
    roots = f'def Xform "A" {{{BOX}\n}}\ndef Xform "B" {{{make_box((1, 0, 0), (4, 1, 1))}\n}}'

    path = write(tmp_path, roots, header=header)

    check(path, size=(5, 1.5, 3), origin=(1.5, 0.25, 0), issues=("ASSET_UNRESOLVED",))


def test_awkward_payload_below_a_variant(tmp_path):
    write_asset(tmp_path, BOX, name="heavy.usda")
    path = write(
        tmp_path,
        """
def Xform "Asset" (
    prepend variantSets = "lod"
    variants = { string lod = "high" }
) {
    variantSet "lod" = {
        "high" (prepend payload = @./heavy.usda@) { double3 xformOp:translate = (0, 0, 2)
            uniform token[] xformOpOrder = ["xformOp:translate"] }
        "none" { }
    }
}""",
    )

    check(path, size=(2, 1, 3), origin=(0, 0, 2))


def test_awkward_instance_prototypes(tmp_path):
    write_asset(tmp_path, BOX, name="leaf.usda")
    # The second one lies on its side: 90 degrees about Y turn x, z into z, -x.
    path = write_asset(
        tmp_path,
        """
    def "One" (instanceable = true; prepend references = @./leaf.usda@) { }
    def "Two" (instanceable = true; prepend references = @./leaf.usda@) {
        double3 xformOp:translate = (10, 0, 1)
        double xformOp:rotateY = 90
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:rotateY"]
    }""",
    )

    # One: x -1 to 1, z 0 to 3. Two: x 10 to 13, z 0 to 2.
    assert check(path, size=(14, 1, 3), origin=(6, 0, 0)).triangle_count == 24


def test_awkward_nested_reference_with_a_scale(tmp_path):
    write_asset(tmp_path, BOX, name="leaf.usda")
    middle = """
    def "Leaf" (prepend references = @./leaf.usda@) {
        float3 xformOp:scale = (0.5, 2, 1)
        uniform token[] xformOpOrder = ["xformOp:scale"]
    }"""
    write_asset(tmp_path, middle, name="middle.usda")
    top = """
    def "Middle" (prepend references = @./middle.usda@) {
        double3 xformOp:translate = (4, 0, 0)
        float3 xformOp:scale = (3, 1, 0.1)
        uniform token[] xformOpOrder = ["xformOp:translate", "xformOp:scale"]
    }"""

    check(write_asset(tmp_path, top), size=(3, 2, 0.3), origin=(4, 0, 0))


def test_awkward_reference_in_other_units_is_not_converted(tmp_path):
    # OpenUSD does not convert the units of what is referenced: 200 units stay 200 units.
    header = '#usda 1.0\n(defaultPrim = "Asset"\nmetersPerUnit = 0.01\nupAxis = "Z")\n'
    write_asset(tmp_path, make_box((0, 0, 0), (20, 10, 30)), name="cm.usda", header=header)
    path = write_asset(tmp_path, 'def "Part" (prepend references = @./cm.usda@) { }')

    check(path, size=(20, 10, 30), origin=(10, 5, 0))


POINT_INSTANCER = """
    def PointInstancer "Many" {{
        prepend rel prototypes = [</Asset/Many/Protos/Bar>, </Asset/Many/Protos/Ball>]
        int[] protoIndices = [0, 0, 1, 1, 0]
        int64[] ids = [10, 11, 12, 13, 14]
        point3f[] positions = [(0, 0, 0), (5, 0, 0), (0, 0, 4), (90, 0, 0), (0, 90, 0)]
        quath[] orientations = [
            (1, 0, 0, 0), (0.5, 0.5, 0.5, 0.5), (1, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)
        ]
        float3[] scales = [(1,1,1), (1,1,1), (2,2,2), (1,1,1), (1,1,1)]
        {mask}
        {specifier} "Protos" {{
            def Xform "Bar" {{
                double3 xformOp:translate = (0, 0, 1)
                uniform token[] xformOpOrder = ["xformOp:translate"]
                {bar}
            }}
            def Sphere "Ball" {{ double radius = 0.5 }}
        }}
    }}"""


@pytest.mark.parametrize("specifier", ["def", "over", "class"])
def test_awkward_point_instancer_leaves_hidden_and_inactive_ids_out(tmp_path, specifier):
    bar = make_box((-2, -0.25, 0), (2, 0.25, 0.5))
    text = POINT_INSTANCER.format(
        mask="int64[] invisibleIds = [13]", bar=bar, specifier=specifier
    ).replace('PointInstancer "Many" {', 'PointInstancer "Many" (inactiveIds = [14]) {')

    # The bar: x -2 to 2, y -0.25 to 0.25, z 1 to 1.5. Turned (x to y, y to z, z to x) and moved:
    # x 6 to 6.5, y -2 to 2, z -0.25 to 0.25. The ball: radius 1 around (0, 0, 4).
    result = check(write_asset(tmp_path, text), size=(8.5, 4, 5.25), origin=(2.25, 0, -0.25))

    assert result.triangle_count == 24


def test_awkward_point_instancer_copies_are_bounded_by_points_not_boxes(tmp_path):
    stage = Usd.Stage.Open(str(write_asset(tmp_path, "")))
    instancer = UsdGeom.PointInstancer.Define(stage, "/Asset/Many")
    spike = UsdGeom.Mesh.Define(stage, "/Asset/Many/Spike")
    spike.CreatePointsAttr([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    instancer.CreatePrototypesRel().AddTarget(spike.GetPath())
    angles = np.linspace(0.0, 2.0 * np.pi, 721)
    instancer.CreateProtoIndicesAttr([0] * len(angles))
    instancer.CreatePositionsAttr([(0, 0, 0)] * len(angles))
    turns = [Gf.Quath(float(np.cos(a / 2)), 0, 0, float(np.sin(a / 2))) for a in angles]
    instancer.CreateOrientationsAttr(turns)
    stage.Save()

    result, _ = measure(tmp_path / "asset.usda")

    # The tips are 1 away from the axis, the corner of a box around them would be the root of 2. The
    # turns are stored in half precision.
    assert result.size_m.as_tuple() == pytest.approx((2, 2, 1), abs=2e-3)


def test_awkward_point_instancer_inside_a_prototype(tmp_path):
    box = make_box((0, 0, 0), (1, 1, 1))
    inner = f"""
        def PointInstancer "Inner" {{
            rel prototypes = </Asset/Outer/Pair/Inner/Box>
            int[] protoIndices = [0, 0]
            point3f[] positions = [(0, 0, 0), (0, 4, 0)]
            {box}
        }}"""
    outer = f"""
    def PointInstancer "Outer" {{
        rel prototypes = </Asset/Outer/Pair>
        int[] protoIndices = [0, 0, 0]
        point3f[] positions = [(0, 0, 0), (10, 0, 0), (20, 0, 5)]
        def Xform "Pair" {{{inner}
        }}
    }}"""

    result = check(write_asset(tmp_path, outer), size=(21, 5, 6), origin=(10.5, 2.5, 0))

    assert result.triangle_count == 72


def test_awkward_point_instancer_of_itself_ends(tmp_path):
    text = f"""
    def PointInstancer "Loop" {{
        rel prototypes = [</Asset/Loop>, </Asset/Loop/Box>]
        int[] protoIndices = [0, 1]
        point3f[] positions = [(0, 0, 0), (0, 0, 0)]
        {make_box((0, 0, 0), (1, 1, 1))}
    }}"""

    check(write_asset(tmp_path, text), size=(1, 1, 1), origin=(0.5, 0.5, 0))


def test_awkward_point_instancer_with_too_many_copies_is_refused(tmp_path):
    stage = Usd.Stage.Open(str(write_asset(tmp_path, "")))
    instancer = UsdGeom.PointInstancer.Define(stage, "/Asset/Many")
    instancer.CreateProtoIndicesAttr([0] * (INSTANCE_LIMIT + 1))
    stage.GetRootLayer().Export(str(tmp_path / "many.usdc"))

    with pytest.raises(AssetUnresolvedError, match="it is a scene"):
        measure(tmp_path / "many.usdc")


def refuse(path):
    with pytest.raises(AssetUnresolvedError) as caught:
        measure(path)
    return str(caught.value)


def test_awkward_empty(tmp_path):
    assert "no visible geometry; it" in refuse(write(tmp_path, ""))


def test_awkward_broken_reference_beside_geometry_is_incomplete(tmp_path):
    lost = 'def "Lost" (prepend references = @./lost.usda@) { }'

    check(write_asset(tmp_path, BOX + lost), size=(2, 1, 3), issues=("ASSET_UNRESOLVED",))


def test_awkward_broken_reference_and_nothing_else_is_refused(tmp_path):
    path = write_asset(tmp_path, 'def "Lost" (prepend payload = @./lost.usda@) { }')

    assert "because files it refers to are missing" in refuse(path)


def test_awkward_references_in_a_circle(tmp_path):
    round_and_round = 'def "Next" (prepend references = @./%s.usda@) { }'
    write_asset(tmp_path, BOX + round_and_round % "asset", name="other.usda")
    path = write_asset(tmp_path, round_and_round % "other")

    check(path, size=(2, 1, 3), issues=("ASSET_UNRESOLVED",))
    assert "no visible geometry" in refuse(
        write_asset(tmp_path, round_and_round % "self", name="self.usda")
    )


def test_awkward_far_away_transform_keeps_its_size(tmp_path):
    header = '#usda 1.0\n(defaultPrim = "Asset"\nmetersPerUnit = 0.01\nupAxis = "Z")\n'
    far = f"""
    def Xform "Far" {{
        double3 xformOp:translate = (10000000, -10000000, 0)
        uniform token[] xformOpOrder = ["xformOp:translate"]
        {make_box((-100, -50, 0), (100, 50, 300))}
    }}"""

    check(write_asset(tmp_path, far, header=header), size=(2, 1, 3), origin=(1e5, -1e5, 0))


def test_awkward_far_away_points_are_said_to_be_coarse(tmp_path):
    header = '#usda 1.0\n(defaultPrim = "Asset"\nmetersPerUnit = 0.01\nupAxis = "Z")\n'
    body = make_box((10000000, 0, 0), (10000200, 100, 300))

    path = write_asset(tmp_path, body, header=header)

    check(path, size=(2, 1, 3), origin=(100001, 0.5, 0), issues=("USD_INVALID",))


def test_awkward_turned_child_is_bounded_by_its_points(tmp_path):
    # A diamond of radius 1 turned by 45 degrees is a square with sides of the root of 2.
    text = """
    def Mesh "Diamond" {
        float3[] extent = [(-1, -1, 0), (1, 1, 0.5)]
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        point3f[] points = [(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0.5)]
        double xformOp:rotateZ = 45
        uniform token[] xformOpOrder = ["xformOp:rotateZ"]
    }"""

    check(write_asset(tmp_path, text), size=(2**0.5, 2**0.5, 0.5))


SHAPES = {
    # name: (text, size, z of the lowest point), all turned by 45 degrees about Y
    "sphere": ('Sphere "S" { double radius = 0.5', (1, 1, 1), -0.5),
    "cube": ('Cube "S" { double size = 1', (2**0.5, 1, 2**0.5), -(0.5**0.5)),
    # End discs at +-0.5 along the slanted axis, radius 0.5: 0.5 * (sin + cos) of 45 degrees.
    "cylinder": (
        'Cylinder "S" { double radius = 0.5\ndouble height = 1\nuniform token axis = "Z"',
        (2**0.5, 1, 2**0.5),
        -(0.5**0.5),
    ),
    # Ends at +-1 along the slanted axis, each with a ball of radius 0.25.
    "capsule": (
        'Capsule "S" { double radius = 0.25\ndouble height = 2\nuniform token axis = "Z"',
        (2**0.5 + 0.5, 0.5, 2**0.5 + 0.5),
        -(0.5**0.5) - 0.25,
    ),
    # The disc of radius 1 at -1 and the tip at +1: x from -1 * s - s to max(s, -s + s), z likewise.
    "cone": (
        'Cone "S" { double radius = 1\ndouble height = 2\nuniform token axis = "Z"',
        (3 * 0.5**0.5, 2, 3 * 0.5**0.5),
        -2 * 0.5**0.5,
    ),
    "points": (
        'Points "S" { point3f[] points = [(0, 0, 0), (2, 0, 0)]\nfloat[] widths = [1, 0.5]',
        (0.5 + 2**0.5 + 0.25, 1, 2**0.5 + 0.75),
        -(2**0.5) - 0.25,
    ),
    "curve": (
        'BasisCurves "S" { uniform token type = "linear"\nint[] curveVertexCounts = [2]\n'
        "point3f[] points = [(0, 0, 0), (2, 0, 0)]\n"
        'float[] widths = [1] (interpolation = "constant")',
        (2**0.5 + 1, 1, 2**0.5 + 1),
        -(2**0.5) - 0.5,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_awkward_turned_shape_that_is_no_mesh_is_exact(tmp_path, shape):
    text, size, lowest = SHAPES[shape]
    turn = 'double xformOp:rotateY = 45\nuniform token[] xformOpOrder = ["xformOp:rotateY"]'

    result, issues = measure(write_asset(tmp_path, f"def {text}\n{turn} }}"))

    assert result.size_m.as_tuple() == pytest.approx(size, abs=1e-6)
    assert result.origin_m.z == pytest.approx(lowest, abs=1e-6)
    assert issues == []


def test_awkward_invisible_and_guide_geometry_does_not_count(tmp_path):
    big = ((-50, -50, -50), (50, 50, 50))
    hidden = make_box(*big, name="Hidden", extra='token visibility = "invisible"')
    guide = make_box(*big, name="Guide", extra='uniform token purpose = "guide"')
    group = f'def Xform "Group" {{ token visibility = "invisible"\n{make_box(*big)}\n}}'

    check(write_asset(tmp_path, BOX + hidden + guide + group), size=(2, 1, 3))


def test_awkward_own_transform_that_moves_counts_at_its_first_time(tmp_path):
    text = f"""def Xform "Asset" {{
    double3 xformOp:translate.timeSamples = {{ 5: (1, 2, 3), 50: (100, 0, 0) }}
    uniform token[] xformOpOrder = ["xformOp:translate"]
    {BOX}
}}"""

    assert check(write(tmp_path, text), size=(2, 1, 3), origin=(1, 2, 3)).is_animated


def test_awkward_class_prototypes_beside_the_asset_do_not_count(tmp_path):
    text = f"""
class Xform "_Leg" {{{make_box((0, 0, 0), (90, 90, 90))}
}}
class Xform "_Top" {{{BOX}
}}
def Xform "Asset" {{
    def "A" (instanceable = true; inherits = </_Top>) {{ }}
}}"""

    check(write(tmp_path, text), size=(2, 1, 3))


def test_awkward_skinned_mesh_counts_as_its_points_and_is_animated(tmp_path):
    text = f"""
    def SkelRoot "Root" {{
        def Skeleton "Skeleton" {{ uniform token[] joints = ["a"] }}
        {BOX}
    }}"""

    assert check(write_asset(tmp_path, text), size=(2, 1, 3)).is_animated


def test_awkward_value_clips_are_animation(tmp_path):
    clips = "clips = { dictionary default = { asset[] assetPaths = [@./c.usda@] } }"

    path = write(tmp_path, f'def Xform "Asset" ({clips}) {{{BOX}\n}}')

    assert check(path, size=(2, 1, 3)).is_animated


def test_awkward_still_asset_is_not_animated(tmp_path):
    assert not check(write_asset(tmp_path, BOX), size=(2, 1, 3)).is_animated


def test_awkward_missing_materials_are_counted_once_each(tmp_path):
    (tmp_path / "there.png").write_bytes(b"no picture, never opened")
    (tmp_path / "tile.1002.png").write_bytes(b"")
    bound = 'prepend apiSchemas = ["MaterialBindingAPI"]'
    meshes = "".join(
        make_box(
            (0, 0, 0), (1, 1, 1), name=f"Box{number}", extra=f"rel material:binding = <{path}>"
        ).replace(f'"Box{number}" {{', f'"Box{number}" ({bound}) {{')
        for number, path in enumerate(
            ("/Asset/Looks/Steel", "/Asset/Looks/Gone", "/Asset/Looks/Gone", "/Outside")
        )
    )
    looks = """
    def Scope "Looks" {
        def Material "Steel" {
            def Shader "Kit" { uniform asset info:mdl:sourceAsset = @OmniPBR.mdl@ }
            def Shader "Own" { uniform asset info:mdl:sourceAsset = @./Steel.mdl@ }
            def Shader "There" { asset inputs:file = @./there.png@ }
            def Shader "Lost" { asset inputs:file = @./lost.png@ }
            def Shader "Tiles" { asset inputs:file = @./tile.<UDIM>.png@ }
        }
    }"""
    outside = 'def Material "Outside" { }\n'

    path = write(tmp_path, f'{outside}def Xform "Asset" {{{meshes}{looks}\n}}')
    result = check(path, size=(1, 1, 1), origin=(0.5, 0.5, 0), issues=("ASSET_UNRESOLVED",))

    # Gone; Outside, which a reference to the asset does not bring along; Steel.mdl; lost.png.
    assert result.missing_material_count == 4


@pytest.mark.parametrize(
    "attribute",
    [
        "point3f[] points = [(0, 0, nan)]",
        "point3f[] points = [(inf, 0, 0), (0, 0, 1)]",
        'token[] points = ["a"]',
        "int[] faceVertexCounts = [-5, 900]\nint[] faceVertexIndices = [7, -9]",
        "point3f[] points = None",
    ],
)
def test_awkward_values_never_raise_but_refuse_or_measure(tmp_path, attribute):
    mesh = f'def Mesh "Odd" {{\n{attribute}\n}}'

    assert "odd.usda" in refuse(write_asset(tmp_path, mesh, name="odd.usda"))
