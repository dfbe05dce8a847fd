"""Generator of the demo asset pack: models assets in numpy and writes them as USD crate files.

``mesh`` owns triangle meshes and normals, ``shape`` the solids they are made of, ``surface`` the
materials, ``model`` what an asset is; ``warehouse_*``, ``furniture`` and ``people`` model the
assets; ``write`` and ``index`` turn them into files. Modelling is in the layout frame: metres,
Z up, front -Y, standing on z = 0.
"""

__all__: list[str] = []
