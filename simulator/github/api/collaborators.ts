// What somebody may do in a repository (docs.github.com/rest/collaborators/collaborators).
import { presentUser } from '../present/repository.ts';
import { notFound, type Handler } from './call.ts';

export const getCollaboratorPermission: Handler = ({ world, repository, params }) => {
  const user = world.users.get((params['username'] ?? '').toLowerCase());
  if (!user) throw notFound();
  const isOwner = user.login.toLowerCase() === repository.owner.toLowerCase();
  const outside = repository.private ? 'none' : 'read';
  const permission = isOwner ? 'admin' : (repository.collaborators.get(user.login) ?? outside);
  const may = {
    admin: permission === 'admin',
    push: /admin|write/.test(permission),
    pull: permission !== 'none',
  };
  const described = { ...presentUser(world, user), permissions: may, role_name: permission };
  return { status: 200, body: { permission, role_name: permission, user: described } };
};
